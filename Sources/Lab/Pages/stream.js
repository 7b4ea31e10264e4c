// The control API: calls, and the stream of what happens.

/** Makes a call; throws an error with a sentence for people. */
export function call(name, fields) {
  return post(name, "application/json", JSON.stringify(fields));
}

/** Sends a file of this computer; the fields say what becomes of it. */
export function callWithFile(name, fields, file) {
  return post(`${name}?${new URLSearchParams(fields)}`, "application/octet-stream", file);
}

async function post(path, type, body) {
  let response;
  try {
    response = await fetch(`/lab/api/${path}`, { method: "POST", headers: { "Content-Type": type }, body });
  } catch {
    throw new Error("The demo does not answer. Is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? "It did not work.");
  return answer;
}

/**
 * Follows the lab for as long as the page lives. The browser connects again by itself after an interruption and names the
 * newest wire entry that it has; where it gives up, this tries again every second.
 */
export function follow({ onState, onWire, onObjects, onConnected, onLost }) {
  let newest = 0;
  let run = null;

  function open() {
    const source = new EventSource(`/lab/api/events?after=${newest}`);
    source.addEventListener("open", onConnected);
    source.addEventListener("state", (event) => {
      const state = JSON.parse(event.data);
      const isOther = run !== null && run !== state.run;
      run = state.run;
      onState(state, isOther);
      if (!isOther) return;
      // Another lab counts its entries anew.
      newest = 0;
      source.close();
      open();
    });
    if (onObjects) source.addEventListener("objects", (event) => onObjects(JSON.parse(event.data)));
    source.addEventListener("wire", (event) => {
      const entry = JSON.parse(event.data);
      newest = entry.number;
      onWire(entry);
    });
    source.addEventListener("error", () => {
      onLost();
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      setTimeout(open, 1000);
    });
  }

  open();
}
