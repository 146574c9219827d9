import { type Check, fault, ok, warning } from '../check.ts'

const OPENAI = 'https://api.openai.com/v1'

/** The language model answers, when one is set. Asks for the list of models, which costs nothing. */
export const model: Check = {
  id: 'model',
  needs: ['settings', 'modules'],
  async look(around) {
    const { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL } = await around.settings()
    if (!OPENAI_API_KEY && !OPENAI_BASE_URL) return [ok('no language model is set: rules and the learner decide')]
    const base = (OPENAI_BASE_URL ?? OPENAI).replace(/\/+$/, '')
    const meanwhile = 'Meanwhile tickets are decided without it.'
    try {
      const headers = { authorization: `Bearer ${OPENAI_API_KEY ?? 'none'}` }
      const { status, body } = await around.get(`${base}/models`, headers)
      if (status === 401 || status === 403)
        return [
          fault(
            `the model's server refuses OPENAI_API_KEY (HTTP ${status})`,
            `Put a valid key into OPENAI_API_KEY. ${meanwhile}`,
          ),
        ]
      if (status === 404)
        return [
          warning(
            `${hostOf(base)} answers, but lists no models`,
            'Check that OPENAI_BASE_URL ends where /models begins, mostly in /v1.',
          ),
        ]
      if (status >= 400)
        return [
          fault(
            `the model's server answers HTTP ${status}`,
            `Look at ${hostOf(base)}, or take OPENAI_… out of .env. ${meanwhile}`,
          ),
        ]
      const listed = modelsIn(body)
      if (listed && !listed.includes(OPENAI_MODEL))
        return [
          warning(
            `${hostOf(base)} does not list ${OPENAI_MODEL}`,
            `Set OPENAI_MODEL to one it has: ${listed.slice(0, 5).join(', ')}`,
          ),
        ]
      return [ok(`${hostOf(base)} answers${listed ? ` and has ${OPENAI_MODEL}` : ''}`)]
    } catch (error) {
      const { cause, message } = error as Error
      const why = (cause as NodeJS.ErrnoException | undefined)?.code ?? message
      return [
        fault(
          `the model's server ${hostOf(base)} does not answer (${why})`,
          `Start it, or correct OPENAI_BASE_URL. ${meanwhile}`,
        ),
      ]
    }
  },
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'at that address')

/** The ids of `{ data: [{ id }] }`; `undefined` for a server that lists otherwise. */
function modelsIn(body: string): readonly string[] | undefined {
  try {
    const { data } = JSON.parse(body) as { readonly data?: readonly { readonly id?: unknown }[] }
    if (!Array.isArray(data)) return undefined
    return data.flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
  } catch {
    return undefined
  }
}
