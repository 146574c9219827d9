import { createElement, type ReactNode } from 'react'
import type { Block, Fields } from '../../workspace/model.ts'
import { fieldsIn, isFields } from '../../workspace/reading.ts'
import { inPlace } from '../shell/in-place.ts'
import { RichText } from './rich-text.tsx'
import { wordOf } from './values.ts'

/** `table` and `data_table`: the first row is the head. */
export function DataTable({ block }: { readonly block: Block }) {
  const [head, ...rows] = (Array.isArray(block.rows) ? block.rows : []).map((row: unknown) =>
    fieldsIn(isFields(row) ? row.cells : row),
  )
  const settings = fieldsIn(block.column_settings)
  const line = (cells: readonly Fields[], isHead: boolean) =>
    createElement('tr', null, ...cells.map((cell, column) => cellOf(cell, settings[column], isHead)))
  if (!head) return null

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="table-block" tabIndex={0} aria-label="Table">
      <table>
        <thead>{line(head, true)}</thead>
        <tbody>{inPlace(rows, (row) => line(row, false))}</tbody>
      </table>
    </section>
  )
}

function cellOf(cell: Fields, settings: Fields | undefined, isHead: boolean): ReactNode {
  const className = wordOf(settings?.align) || 'left'
  const value = cell.text ?? cell.value
  const shown = cell.type === 'rich_text' ? <RichText elements={fieldsIn(cell.elements)} /> : wordOf(value)
  return isHead ? (
    <th scope="col" className={className}>
      {shown}
    </th>
  ) : (
    <td className={className}>{shown}</td>
  )
}
