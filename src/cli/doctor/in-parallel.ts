/** So many questions may be on their way to Slack at the same time. */
const AT_ONCE = 4

/** `ask` of each, a few at a time, answers in the order of the questions. */
export async function inParallel<Question, Answer>(
  questions: readonly Question[],
  ask: (question: Question) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (let at = 0; at < questions.length; at += AT_ONCE)
    answers.push(...(await Promise.all(questions.slice(at, at + AT_ONCE).map(ask))))
  return answers
}
