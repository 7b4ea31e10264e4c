import AppService
import Bridge
import Protocol

/// The scanner, the tree and the bytes kept: all three agree on what is JSON, and what was read is written and read again as the same.
func fuzzTokenizer(_ bytes: [UInt8]) throws(Broken) {
    let raw: Result<RawJSON, JSONError>
    do { raw = .success(try RawJSON(bytes)) } catch { raw = .failure(error) }
    let tree: Result<JSON, JSONError>
    do { tree = .success(try JSON(bytes)) } catch { tree = .failure(error) }
    switch (raw, tree) {
    case (.failure(let one), .failure(let other)): try hold(one == other, "scanner and tree refuse for different reasons")
    case (.success(let raw), .success(let tree)):
        try hold(raw.value == tree, "the bytes kept mean something else than the tree")
        let written = tree.bytes
        try hold((try? JSON(written)) == tree, "a tree that was written is read as another one")
        try hold(written.count <= 2 * bytes.count + 2, "the tree is written longer than it was")
        let canonical = raw.canonicalBytes
        try hold(canonical.count <= bytes.count, "the canonical form is longer than the text")
        guard let again = try? RawJSON(canonical) else { throw Broken("the canonical form is not JSON") }
        try hold(again.canonicalBytes == canonical, "the canonical form of the canonical form is another one")
        try hold(again.value == tree, "the canonical form means something else")
        if let elements = raw.elements {
            try hold(RawJSON(elements: elements).value == tree, "an array taken apart and put together is another one")
        }
    default: throw Broken("scanner and tree do not agree on what is JSON")
    }
}

/// A message of AppWebsocket: whatever is read from it, its tag comes back unchanged and nothing else becomes a part of the answer.
func fuzzEnvelope(_ bytes: [UInt8]) throws(Broken) {
    guard let envelope = try? Envelope(bytes) else { return }
    guard case .string(envelope.mt)? = (try? JSON(bytes))?["mt"] else { throw Broken("mt is not the message's") }
    _ = (AppLogin(envelope), AppInfo(envelope), AppCheckLogin(envelope), AppLoginResult(envelope), ServicesInfo(envelope), PbxInfo(envelope))
    _ = (try? AppChallengeResult(envelope), try? GetServiceLogin(envelope), try? GetServiceLoginResult(envelope))
    let answer = Config.result(.ok, of: envelope.mt, src: envelope.src)
    guard let read = try? Envelope(answer) else { throw Broken("the answer is no message") }
    try hold(read.mt == envelope.mt + "Result", "the answer is one to another message")
    try hold(read.src?.raw == envelope.src?.raw, "the tag did not come back as it was")
    try hold(read["result"] == "ok" && read.api == Config.api, "the tag became more than a tag")
    try hold(envelope.message.replacing("mt", with: RawJSON(JSON.string("x"))).value["mt"] == "x", "a replaced member is not there")
}

/// Requests of the APIs of a manager, and answers to them.
func fuzzConfig(_ bytes: [UInt8]) throws(Broken) {
    guard let envelope = try? Envelope(bytes) else { return }
    if case .write(let members)? = Config.Request(envelope) {
        try hold(members.count <= bytes.count / 4, "more items than there are bytes for")
    }
    do throws(WhatsAppAdmin.Failure) {
        _ = try WhatsAppAdmin.Request(envelope)
    } catch {
        try hold("\(error)".utf8.count < 2_000, "a refusal repeats what was sent at length")
    }
    _ = Manager.Request(envelope)
}

/// A notification of Meta: some event comes of each body, no more than its bytes can hold, and always the same ones.
func fuzzWebhook(_ bytes: [UInt8]) throws(Broken) {
    let events = webhookEvents(in: bytes)
    try hold(!events.isEmpty, "nothing came of a body")
    try hold(events.count <= bytes.count + 1, "more events than bytes")
    try hold(webhookEvents(in: bytes) == events, "the second reading gives other events")
}

func webhookEvents(in bytes: [UInt8]) -> [InboundEvent] {
    WebhookReader().events(in: bytes, receivedAt: Moment(milliseconds: 1_700_000_000_000))
}
