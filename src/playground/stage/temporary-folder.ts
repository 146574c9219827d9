import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'

/** In each of our folders: whose it is. */
const OWNER = 'owner.json'

/**
 * A folder for as long as this process runs, named after `prefix`. Those of that name which killed processes of this user and
 * machine left behind are removed first. Whoever takes it removes it.
 */
export async function temporaryFolder(prefix: string, parent = tmpdir()): Promise<string> {
  await removeLeft(prefix, parent)
  const folder = await mkdtemp(join(parent, prefix))
  await writeFile(join(folder, OWNER), JSON.stringify({ pid: process.pid, host: hostname() }))
  return folder
}

async function removeLeft(prefix: string, parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => [])
  for (const name of names.filter((one) => one.startsWith(prefix))) {
    const folder = join(parent, name)
    // What cannot be read or removed is not ours to worry about.
    if (await isLeft(folder).catch(() => false))
      await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Only what says itself whose it is, and that process is gone: a folder without an owner may just be coming into being. */
async function isLeft(folder: string): Promise<boolean> {
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) return false
  const { pid, host } = JSON.parse(await readFile(join(folder, OWNER), 'utf8')) as Record<string, unknown>
  return typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && host === hostname() && isGone(pid)
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    // Another user's process is one, too.
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
