/// When a customer's message has taken so long that its post says when it was written.
///
/// The one rule for everything that may keep a message waiting: WhatsApp itself, a service that was down, a Connect that was away. It looks
/// at the moment at which the post is handed to Connect; what has been handed over keeps its words.
public enum Lateness {
    /// How long a message may take from the customer to Connect without a word about it.
    public static let patience: Duration = .seconds(60)

    /// Whether the post of a message says when it was written, if it is handed to Connect at `moment`. What a customer only did, such as a
    /// reaction, says so only after its own window.
    public static func isTold(of message: CustomerMessage, handedOverAt moment: Moment) -> Bool {
        moment > message.writtenAt + (message.isWritten ? patience : Window.length)
    }

    /// Whether a post that was handed over says when its message was written.
    static func isTold(of message: CustomerMessage, in html: String) -> Bool {
        html.contains(TimeText.text(milliseconds: message.writtenAt.milliseconds))
    }
}

extension CustomerMessage {
    /// Whether it is something that somebody wrote, and not a reaction or news of the customer.
    fileprivate var isWritten: Bool {
        switch content {
        case .placeholder(.reaction), .placeholder(.reactionRemoved), .placeholder(.system), .placeholder(.opened), .identityChange: false
        case .text, .placeholder: true
        }
    }
}
