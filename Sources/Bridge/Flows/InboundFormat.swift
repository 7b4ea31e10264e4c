/// How a customer's message looks in Connect.
struct InboundFormat: Sendable {
    let texts: Texts

    /// What surrounds the customer's words.
    struct Frame {
        /// Who wrote it, in bold at the beginning.
        var sender: String
        /// Whether the post opens a discussion, and so says who reads the answers.
        var isRoot: Bool
        /// Whether it says when it was written, because it came late.
        var tellsTime: Bool
        /// How the files of the message are, if it has any.
        var files = MessagePlaceholder.MediaState.attached
        /// How long its voice note lasts, in milliseconds, if that is known.
        var duration: Int64?
        /// Whether its file differs from what WhatsApp says of it.
        var isDamaged = false
        /// The beginning of the message that it answers, where that is not to be seen in the discussion; empty if it is not known.
        var quote: String?
    }

    /// Room for the name and our own lines beside the customer's words.
    private static let bodyLimit = ConnectMarkup.postLimit - 4_096

    /// The posts that show a message, in order; at least one.
    func posts(for message: CustomerMessage, in frame: Frame) -> [String] {
        var lines: [PostLine] = []
        if frame.isDamaged { lines.append(.damaged) }
        if let forwarding = message.forwarding { lines.append(.forwarded(often: forwarding == .often)) }
        if let quote = frame.quote { lines.append(.answers(quote: quote)) }
        if let referral = message.referral { lines.append(.cameFrom(headline: referral.headline, address: referral.address)) }
        if case .identityChange = message.content { lines.append(.identityChanged) }
        if frame.tellsTime { lines.append(.written(at: message.writtenAt.milliseconds)) }
        if frame.isRoot { lines.append(.answersGoToCustomer) }
        let bodies: [String] =
            switch message.content {
            case .text(let text): ConnectMarkup.posts(fromWhatsApp: text, limit: Self.bodyLimit)
            case .placeholder(let placeholder): [texts.html(placeholder.with(frame.files, duration: frame.duration))]
            case .identityChange(let change): [texts.html(.system(change.text))]
            }
        return [ConnectMarkup.post(sender: frame.sender, html: bodies.first ?? "", lines: lines.map(texts.text))] + bodies.dropFirst()
    }
}
