import { lazy, Suspense, useId } from 'react'
import type { Block, Fields } from '../../workspace/model.ts'
import { fieldsIn, isFields } from '../../workspace/reading.ts'
import { inPlace } from '../shell/in-place.ts'
import { Mrkdwn } from '../text/rich.tsx'
import { Control, withEmoji } from './control.tsx'
import { RichText } from './rich-text.tsx'
import { useSurface } from './surface.ts'
import { DataTable } from './table.tsx'
import { textOf } from './values.ts'

const LibraryBlock = lazy(() => import('./library-block.tsx'))

/** Blocks in their order. What carries text or can be used is ours; charts and the like come from slack-blocks-to-jsx. */
export function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        // Blocks have no identity but their place: an edit replaces them all.
        <BlockView key={block.block_id ?? `${block.type}-${index}`} block={block} />
      ))}
    </div>
  )
}

function BlockView({ block }: { readonly block: Block }) {
  switch (block.type) {
    case 'section':
      return <Section block={block} />
    case 'context':
      return <Context elements={fieldsIn(block.elements)} />
    case 'actions':
    case 'context_actions':
      return <Actions block={block} elements={fieldsIn(block.elements)} />
    case 'header':
      return <h3 className="block-header">{withEmoji(textOf(block.text))}</h3>
    case 'divider':
      return <hr className="block-divider" />
    case 'image':
      return <ImageBlock block={block} />
    case 'rich_text':
      return <RichText elements={fieldsIn(block.elements)} />
    case 'input':
      return <InputBlock block={block} />
    case 'card':
      return <Card block={block} card={block} />
    case 'carousel':
      return <Carousel block={block} />
    case 'alert':
      return <Alert block={block} />
    case 'container':
      return <Container block={block} />
    case 'table':
    case 'data_table':
      return <DataTable block={block} />
    default:
      return (
        <Suspense fallback={<p className="note">…</p>}>
          <LibraryBlock block={block} />
        </Suspense>
      )
  }
}

/** A text object of either kind. */
export function TextObject({ text }: { readonly text: unknown }) {
  if (!isFields(text)) return typeof text === 'string' ? text : null
  const value = textOf(text)
  return text.type === 'mrkdwn' ? <Mrkdwn text={value} verbatim={text.verbatim === true} /> : withEmoji(value)
}

function Section({ block }: { readonly block: Block }) {
  const fields = fieldsIn(block.fields)
  const { accessory } = block
  return (
    <div className="section">
      <div className="section-text">
        {isFields(block.text) && <TextObject text={block.text} />}
        {fields.length > 0 && (
          <div className="fields">
            {inPlace(fields, (field) => (
              <div className="block-field">
                <TextObject text={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {isFields(accessory) && (
        <div className="accessory">
          {accessory.type === 'image' ? (
            <Picture image={accessory} className="accessory-image" />
          ) : (
            <Control block={block} element={accessory} />
          )}
        </div>
      )}
    </div>
  )
}

function Context({ elements }: { readonly elements: readonly Fields[] }) {
  return (
    <div className="context">
      {inPlace(elements, (element) =>
        element.type === 'image' ? (
          <Picture image={element} className="context-image" />
        ) : (
          <span className="context-text">
            <TextObject text={element} />
          </span>
        ),
      )}
    </div>
  )
}

function Actions({ block, elements }: { readonly block: Block; readonly elements: readonly Fields[] }) {
  return (
    <div className="actions">
      {elements.map((element) => (
        <Control key={`${String(element.type)}-${String(element.action_id)}`} block={block} element={element} />
      ))}
    </div>
  )
}

function Picture({ image, className }: { readonly image: Fields; readonly className: string }) {
  const file = isFields(image.slack_file) ? image.slack_file.url : undefined
  const url = image.image_url ?? file
  if (typeof url !== 'string') return <span className="note">{textOf(image.alt_text)}</span>
  return <img className={className} src={url} alt={textOf(image.alt_text)} loading="lazy" />
}

function ImageBlock({ block }: { readonly block: Block }) {
  const title = textOf(block.title)
  return (
    <figure className="image-block">
      {title && <figcaption>{withEmoji(title)}</figcaption>}
      <Picture image={block} className="image" />
    </figure>
  )
}

function InputBlock({ block }: { readonly block: Block }) {
  const id = useId()
  const { errors } = useSurface()
  const error = errors?.[block.block_id ?? '']
  const hint = textOf(block.hint)
  if (!isFields(block.element)) return null
  return (
    <div className={error ? 'input-block input-wrong' : 'input-block'} data-block={block.block_id}>
      <div id={`${id}-label`} className="input-label">
        {withEmoji(textOf(block.label))}
        {block.optional === true && <span className="optional"> (optional)</span>}
      </div>
      <Control
        block={block}
        element={block.element}
        labelledBy={`${id}-label`}
        describedBy={[hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')}
      />
      {error && (
        <div id={`${id}-error`} className="input-error" role="alert">
          {error}
        </div>
      )}
      {hint && (
        <div id={`${id}-hint`} className="input-hint">
          {withEmoji(hint)}
        </div>
      )}
    </div>
  )
}

function Card({ block, card }: { readonly block: Block; readonly card: Fields }) {
  return (
    <article className="card-block">
      {isFields(card.hero_image) && <Picture image={card.hero_image} className="card-hero" />}
      <div className="card-head">
        {isFields(card.icon) && <Picture image={card.icon} className="card-icon" />}
        <div>
          {isFields(card.title) && (
            <strong>
              <TextObject text={card.title} />
            </strong>
          )}
          {isFields(card.subtitle) && (
            <div className="card-subtitle">
              <TextObject text={card.subtitle} />
            </div>
          )}
        </div>
      </div>
      {isFields(card.body) && <TextObject text={card.body} />}
      {fieldsIn(card.actions).length > 0 && <Actions block={block} elements={fieldsIn(card.actions)} />}
    </article>
  )
}

function Carousel({ block }: { readonly block: Block }) {
  return (
    <section className="carousel" aria-label="Cards to scroll through">
      {inPlace(fieldsIn(block.elements), (card) => (
        <Card block={block} card={card} />
      ))}
    </section>
  )
}

function Alert({ block }: { readonly block: Block }) {
  const level = typeof block.level === 'string' ? block.level : 'info'
  return (
    <div className={`alert-block alert-${level}`}>
      <TextObject text={block.text} />
    </div>
  )
}

function Container({ block }: { readonly block: Block }) {
  return (
    <section className="container-block">
      {isFields(block.title) && (
        <h3 className="block-header">
          <TextObject text={block.title} />
        </h3>
      )}
      <Blocks blocks={fieldsIn(block.child_blocks) as readonly Block[]} />
    </section>
  )
}
