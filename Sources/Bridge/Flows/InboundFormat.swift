/// How a customer's message looks in Connect.
struct InboundFormat: Sendable {
    let texts: Texts

    /// Room for the name and our own lines beside the customer's words.
    private static let bodyLimit = ConnectMarkup.postLimit - 2_048

    /// The posts that show a message, in order; at least one.
    ///
    /// The first begins with the sender's name in bold, says when the message was written if it is late, and, as the root of a discussion,
    /// ends with the line that says who reads the answers.
    func posts(for message: CustomerMessage, senderName: String, isRoot: Bool, recordedAt: Moment) -> [String] {
        var lines: [String] = []
        if Window.isLate(writtenAt: message.writtenAt, recordedAt: recordedAt) {
            lines.append(texts.text(PostLine.written(at: message.writtenAt.milliseconds)))
        }
        if isRoot { lines.append(texts.text(PostLine.answersGoToCustomer)) }
        let bodies: [String] =
            switch message.content {
            case .text(let text): ConnectMarkup.posts(fromWhatsApp: text, limit: Self.bodyLimit)
            case .placeholder(let placeholder): [texts.html(placeholder)]
            }
        return [ConnectMarkup.post(sender: senderName, html: bodies.first ?? "", lines: lines)] + bodies.dropFirst()
    }
}
