// The control API: calls, and the stream of what happens.

/** Makes a call; throws an error with a sentence for people. */
export async function call(name, fields) {
  let response;
  try {
    response = await fetch(`/lab/api/${name}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields),
    });
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
export function follow({ onState, onWire, onConnected, onLost }) {
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
