// SHA-256 and RC4 as the AppWebsocket login needs them. Browsers offer no digest on plain http, so these are our own.
var innovaphone = window.innovaphone || {};

innovaphone.crypto = innovaphone.crypto || (function () {
  "use strict";

  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

  /** The first 32 bits of the fractional part of a root (FIPS 180-4, 4.2.2 and 5.3.3). */
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) >>> 0;

  const primes = [];
  for (let candidate = 2; primes.length < 64; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  const initial = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const constants = primes.map((prime) => fraction(Math.cbrt(prime)));

  const rotate = (word, bits) => (word >>> bits) | (word << (32 - bits));

  function addBlock(state, view, offset) {
    const words = new Uint32Array(64);
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(offset + 4 * i);
    for (let i = 16; i < 64; i++) {
      const s0 = rotate(words[i - 15], 7) ^ rotate(words[i - 15], 18) ^ (words[i - 15] >>> 3);
      const s1 = rotate(words[i - 2], 17) ^ rotate(words[i - 2], 19) ^ (words[i - 2] >>> 10);
      words[i] = words[i - 16] + s0 + words[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const first = (h + s1 + ((e & f) ^ (~e & g)) + constants[i] + words[i]) | 0;
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] += word; });
  }

  /** The SHA-256 digest of a text's UTF-8 bytes, as lowercase hexadecimal digits. */
  function sha256(text) {
    const data = utf8(text);
    const padded = new Uint8Array(Math.ceil((data.length + 9) / 64) * 64);
    padded.set(data);
    padded[data.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(data.length / 2 ** 29));
    view.setUint32(padded.length - 4, data.length * 8);
    const state = new Uint32Array(initial);
    for (let offset = 0; offset < padded.length; offset += 64) addBlock(state, view, offset);
    return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
  }

  function rc4(key, data) {
    const state = Uint8Array.from({ length: 256 }, (_, index) => index);
    for (let i = 0, j = 0; i < 256; i++) {
      j = (j + state[i] + key[i % key.length]) & 255;
      [state[i], state[j]] = [state[j], state[i]];
    }
    let i = 0;
    let j = 0;
    return data.map((byte) => {
      i = (i + 1) & 255;
      j = (j + state[i]) & 255;
      [state[i], state[j]] = [state[j], state[i]];
      return byte ^ state[(state[i] + state[j]) & 255];
    });
  }

  return {
    sha256,
    /** RC4 with the key's UTF-8 bytes over the text's, as hexadecimal digits. */
    encrypt: (key, text) => hex(rc4(utf8(key), utf8(text))),
    /** The text behind `encrypt`. */
    decrypt: (key, digits) => new TextDecoder("utf-8", { fatal: true }).decode(rc4(utf8(key), unhex(digits))),
  };
})();
