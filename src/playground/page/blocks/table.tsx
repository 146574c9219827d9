import type { Block, Fields } from '../../workspace/model.ts'
import { fieldsIn, isFields } from '../../workspace/reading.ts'
import { RichText } from './rich-text.tsx'

/** `table` and `data_table`: the first row is the head. */
export function DataTable({ block }: { readonly block: Block }) {
  const [head, ...rows] = (Array.isArray(block.rows) ? block.rows : []).map((row: unknown) =>
    fieldsIn(isFields(row) ? row.cells : row),
  )
  const settings = fieldsIn(block.column_settings)
  const align = (column: number) => String(settings[column]?.align ?? 'left')
  if (!head) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="table-block" tabIndex={0} aria-label="Table">
      <table>
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th key={`head-${column}`} scope="col" className={align(column)}>
                <Cell cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={`row-${line}`}>
              {row.map((cell, column) => (
                <td key={`cell-${column}`} className={align(column)}>
                  <Cell cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Cell({ cell }: { readonly cell: Fields }) {
  if (cell.type === 'rich_text') return <RichText elements={fieldsIn(cell.elements)} />
  const value = cell.text ?? cell.value
  return typeof value === 'string' || typeof value === 'number' ? value : null
}
