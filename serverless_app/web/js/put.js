/**
 * A file to a presigned URL. XMLHttpRequest, because fetch reports no progress of what it sends.
 *
 * The URL writes once (If-None-Match is signed into it), so a PUT can be repeated without fear:
 * 412 means that an earlier try had arrived although its answer did not.
 */

const AGAIN_AFTER = [1_000, 2_000, 4_000];

/** Why a file did not arrive: `status` is S3's, 0 when no answer came. */
export class PutError extends Error {
  constructor(status) {
    super(PutError.#explain(status));
    Object.assign(this, { name: "PutError", status });
  }

  static #explain(status) {
    if (status === 0) return "The connection broke while the file was sent.";
    if (status === 403) return "The address for this file is no longer valid.";
    return `The storage refused the file with status ${status}.`;
  }

  get passing() {
    return this.status === 0 || this.status >= 500;
  }
}

/** Send the file, again after what passes. `onProgress` gets 0 to 1. Throws PutError, AbortError. */
export async function put(file, url, headers, { onProgress, signal }) {
  for (const wait of AGAIN_AFTER) {
    try {
      return await putOnce(file, url, headers, { onProgress, signal });
    } catch (error) {
      if (!error.passing) throw error;
      onProgress(0);
      await pause(wait, signal);
    }
  }
  return putOnce(file, url, headers, { onProgress, signal });
}

function putOnce(file, url, headers, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => {
      const arrived = (request.status >= 200 && request.status < 300) || request.status === 412;
      if (arrived) resolve();
      else reject(new PutError(request.status));
    };
    request.onerror = () => reject(new PutError(0));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), {
      once: true,
    });
  });
}
