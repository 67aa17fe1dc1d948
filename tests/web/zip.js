// What is in a zip.

const ENTRY = 0x02014b50;
const NAME_AT = 46;

/** The names of its files, from the list at its end. @param {Buffer} bytes */
export function zipNames(bytes) {
  const names = [];
  for (let at = 0; (at = bytes.indexOf(signature, at)) >= 0; at += NAME_AT) {
    const length = bytes.readUInt16LE(at + 28);
    names.push(bytes.toString("utf8", at + NAME_AT, at + NAME_AT + length));
  }
  return names;
}

const signature = Buffer.alloc(4);
signature.writeUInt32LE(ENTRY);
