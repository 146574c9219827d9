import 'slack-blocks-to-jsx/dist/style.css'
import { type Block as LibraryBlock, Message } from 'slack-blocks-to-jsx'
import type { Block } from '../../workspace/model.ts'
import { usePage } from '../page.ts'
import { useTheme } from '../theme.ts'

/** A block for showing only: charts, tables, plans, videos, markdown. Loaded when the first one is met. */
export default function LibraryBlockView({ block }: { readonly block: Block }) {
  const people = usePage((state) => state.people)
  const channels = usePage((state) => state.channels)
  const { theme } = useTheme()
  // Its block_id becomes an id of the document, which two messages may share.
  const { block_id: _, ...shown } = block

  return (
    <div className="library-block">
      <Message
        key={theme}
        withoutWrapper
        name=""
        logo=""
        theme={theme}
        blocks={[shown as unknown as LibraryBlock]}
        data={{
          users: Object.values(people).map(({ id, name, realName }) => ({ id, name: realName || name })),
          channels: channels.map(({ id, name }) => ({ id, name })),
          user_groups: [],
        }}
      />
    </div>
  )
}
