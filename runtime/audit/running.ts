import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import type { SegmentFile } from './read.js';

/** Is a gateway still writing this segment? Its name tells the process; another may have got the same number since. */
export function isBeingWritten(file: SegmentFile): boolean {
  const pid = /-(\d+)-[0-9a-f]{12,}\.jsonl$/.exec(file.segment)?.[1];
  if (pid === undefined || !isAlive(Number(pid))) return false;
  const folder = `/proc/${pid}`;
  try {
    const path = realpathSync(file.path);
    return readdirSync(`${folder}/fd`).some((fd) => isWriting(folder, fd, path));
  } catch {
    return isOwn(folder, file); // No such folder on this system, or another user's process.
  }
}

/** A gateway owns the segments it writes; where there is no telling who owns a process, it may be one. */
function isOwn(folder: string, file: SegmentFile): boolean {
  try {
    return statSync(folder).uid === statSync(file.path).uid;
  } catch {
    return true;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Has the process this file open to write? `verify` itself has it open to read. */
function isWriting(folder: string, fd: string, path: string): boolean {
  try {
    if (readlinkSync(`${folder}/fd/${fd}`) !== path) return false;
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`${folder}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
    return (Number.parseInt(flags, 8) & 3) !== 0;
  } catch {
    return false; // It was closed meanwhile.
  }
}
