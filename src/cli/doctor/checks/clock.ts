import { MINUTE, SECOND } from '../../../core/time.ts'
import { type Check, fault, ok, unknown, warning } from '../check.ts'

/** Slack's requests are refused when they seem older than this (docs.slack.dev, verifying requests from Slack). */
const REFUSED_MS = 5 * MINUTE
const NOTICED_MS = MINUTE

/** Our clock against Slack's, to the second its Date header has. */
export const clock: Check = {
  id: 'clock',
  needs: ['bot-token'],
  async look(around) {
    const bot = await around.bot()
    if (!bot.ok || bot.date === undefined) return [unknown('Slack did not say what time it is')]
    const skew = around.now() - bot.date
    const seconds = Math.round(Math.abs(skew) / SECOND)
    const says = `our clock is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} Slack's`
    const fix = 'Set the clock of this machine by NTP, for example: timedatectl set-ntp true'
    if (Math.abs(skew) >= REFUSED_MS) return [fault(`${says}: signatures are refused and deadlines are wrong`, fix)]
    if (Math.abs(skew) >= NOTICED_MS) return [warning(says, fix)]
    return [ok(`our clock agrees with Slack's (${seconds} s)`)]
  },
}
