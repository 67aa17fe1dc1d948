// sharp's side of compare.py: one thread, no cache, processor time of the whole process.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const ROUNDS = 15;
const [photo, folder] = process.argv.slice(2);
const bytes = readFileSync(photo);
sharp.concurrency(1);
sharp.cache(false);

const cases = {
  large: () => sharp(bytes).resize(1536, 2048, { fit: 'fill' }).jpeg({ quality: 90 }).toBuffer(),
  thumbnail: () => sharp(bytes).resize(384, 512, { fit: 'fill' }).jpeg({ quality: 80 }).toBuffer(),
};
for (const [name, work] of Object.entries(cases)) {
  writeFileSync(join(folder, `sharp-${name}.jpg`), await work());
  const spent = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    spent.push((user + system) / 1000);
  }
  spent.sort((a, b) => a - b);
  const [least, usual] = [spent[0], spent[ROUNDS >> 1]].map((ms) => ms.toFixed(1));
  console.log(`${name}: ${least} ms at least, ${usual} ms usually`);
}
