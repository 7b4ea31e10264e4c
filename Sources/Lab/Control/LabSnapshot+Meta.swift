/// What the phone shows.
extension LabSnapshot {
    func message(_ message: MetaMessage) -> LabJSON {
        .object(
            ("wamid", .string(message.wamid)), ("direction", .string(message.direction.rawValue)), ("type", .string(message.type)),
            ("text", .string(message.text)), ("at", .integer(message.at)), ("quoting", message.quoting.map(LabJSON.string)),
            ("status", .string(message.status)), ("error", message.errorCode.map(LabJSON.integer)),
            ("errorText", message.errorCode.map { .string(MetaError(code: $0).details) }),
            ("markedRead", lab.meta.markedRead.contains(message.wamid) ? true : nil), ("echo", message.isEcho ? true : nil),
            ("group", message.groupID.map(LabJSON.string)), ("forwarded", isForwarded(message) ? true : nil),
            ("file", message.attachment.map(file)), ("location", message.location?.json),
            ("contacts", message.contacts.isEmpty ? nil : .array(message.contacts.map(card))))
    }

    func transfer(_ transfer: MetaTransfer) -> LabJSON {
        .object(
            ("file", transfer.mediaID.map(LabJSON.string)), ("done", .integer(transfer.done)), ("total", transfer.total.map(LabJSON.integer)))
    }

    private func isForwarded(_ message: MetaMessage) -> Bool {
        let context = message.payload["context"]
        return context?["forwarded"] != nil || context?["frequently_forwarded"] != nil
    }

    private func file(_ attachment: MetaAttachment) -> LabJSON {
        .object(
            ("id", .string(attachment.mediaID)), ("url", .string(LabFileRoute.path(of: attachment))), ("mimeType", .string(attachment.mimeType)),
            ("name", attachment.name.map(LabJSON.string)), ("size", .integer(attachment.file.size)), ("sha256", .string(attachment.file.digest)),
            ("voice", attachment.isVoice ? true : nil), ("animated", attachment.isAnimated ? true : nil))
    }

    /// The card without its vCard, which the phone does not show.
    private func card(_ card: MetaContactCard) -> LabJSON { card.json.without("vcard") }
}
