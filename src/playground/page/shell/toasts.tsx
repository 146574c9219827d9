import { useEffect } from 'react'
import { usePage, usePageTools } from '../page.ts'
import type { Toast } from '../state.ts'
import { Icon } from './icon.tsx'

export function Toasts() {
  const toasts = usePage((state) => state.toasts)
  return (
    <div className="toasts" role="status">
      {toasts.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function ToastView({ toast: { id, says } }: { readonly toast: Toast }) {
  const { store } = usePageTools()
  useEffect(() => {
    const over = setTimeout(() => store.dispatch({ kind: 'dismissToast', id }), 8000)
    return () => clearTimeout(over)
  }, [id, store])
  return (
    <div className="toast">
      <span>{says}</span>
      <button
        type="button"
        className="icon-button"
        aria-label="Dismiss"
        onClick={() => store.dispatch({ kind: 'dismissToast', id })}
      >
        <Icon name="close" size={14} />
      </button>
    </div>
  )
}
