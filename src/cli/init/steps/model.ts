import { model } from '../../doctor/checks/model.ts'
import { surroundings } from '../../doctor/surroundings.ts'
import { andNow } from '../asker.ts'
import type { Setup } from '../setup.ts'

type Answers = Readonly<Record<string, string>>

/** A language model as a third voice, if somebody wants one. */
export async function askModel(setup: Setup): Promise<void> {
  const { asker, given, keep } = setup
  if (given('OPENAI_API_KEY') || given('OPENAI_BASE_URL')) {
    if (await answers(setup, {})) return
  } else if (
    !(await asker.confirm('Use a language model as a third voice? (rules and the learner decide without one)', false))
  )
    return

  for (;;) {
    const said = await askWhich(setup)
    if (await answers(setup, said)) return keep(said)
    const next = await andNow(asker, [
      { value: 'other', label: 'Answer again' },
      { value: 'without', label: 'Go on without a model' },
    ])
    if (next === 'without') return
  }
}

async function askWhich({ asker, refuses, settings }: Setup): Promise<Answers> {
  const whose = await asker.choose(
    'Whose?',
    [
      { value: 'openai', label: 'OpenAI' },
      { value: 'other', label: 'Another server that speaks its API', hint: 'vLLM, Ollama, LM Studio …' },
    ],
    'openai',
  )
  const address: Answers =
    whose === 'openai'
      ? {}
      : {
          OPENAI_BASE_URL: await asker.text('Its address (ends in /v1)', {
            refuses: (answer) => refuses('OPENAI_BASE_URL', answer),
          }),
        }
  const key = await asker.secret(whose === 'openai' ? 'API key' : 'API key (empty when it needs none)', (answer) =>
    whose === 'openai' ? refuses('OPENAI_API_KEY', answer) && 'A key is needed.' : undefined,
  )
  const name = await asker.text('Model', { initial: settings().OPENAI_MODEL })
  return { ...address, ...(key && { OPENAI_API_KEY: key }), OPENAI_MODEL: name }
}

async function answers({ asker, environment, folder }: Setup, said: Answers): Promise<boolean> {
  const found = await model.look(surroundings({ ...environment(), ...said }, folder))
  for (const { level, says, fix } of found)
    if (level === 'ok') asker.done(`language model: ${says}`)
    else if (level === 'warning') asker.careful(says, fix)
    else asker.wrong(says, fix)
  return found.every(({ level }) => level !== 'fault')
}
