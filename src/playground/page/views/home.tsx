import { useMemo } from 'react'
import { Blocks } from '../blocks/block.tsx'
import { type Surface, SurfaceContext } from '../blocks/surface.ts'
import { usePage } from '../page.ts'

/** What the app published on this person's Home tab. */
export function Home() {
  const home = usePage((state) => state.home)
  const trouble = usePage(({ uses }) => {
    const failed = Object.entries(uses).find(([key, use]) => key.startsWith('home/') && use.state === 'failed')
    return failed?.[1].state === 'failed' ? failed[1].says : null
  })
  const surface = useMemo<Surface>(() => ({ target: 'home', ...(home ? { held: home.values } : {}) }), [home])

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="home" aria-label="Home" tabIndex={0}>
      {trouble !== null && (
        <p className="trouble" role="alert">
          {trouble}
        </p>
      )}
      {home ? (
        <SurfaceContext value={surface}>
          <Blocks blocks={home.blocks} />
        </SurfaceContext>
      ) : (
        <div className="empty">
          <p>Waybill has not drawn this tab yet; it does so a moment after it is opened.</p>
        </div>
      )}
    </section>
  )
}
