/// A message in one of the simulated chats.
public struct MetaMessage: Sendable, Equatable {
    /// Who wrote it.
    public enum Direction: String, Sendable {
        case fromCustomer, fromBusiness
    }

    /// Its ID.
    public var wamid: String
    /// The business number's phone number ID.
    public var numberID: String
    /// The customer's key; nil if it went to somebody whom the simulator does not know.
    public var customer: String?
    /// Who wrote it.
    public var direction: Direction
    /// The type, as in `type`.
    public var type: String
    /// The text, the caption, the emoji or what else can be read at once; empty if there is none.
    public var text: String
    /// The object of the message: what was posted, or what the webhook says.
    public var payload: LabJSON
    /// Milliseconds since 1970 UTC.
    public var at: Int64
    /// The message that is quoted, or that a reaction, an edit or a deletion is about.
    public var quoting: String?
    /// The newest status that was reported: `accepted` at first; empty for messages of customers.
    public var status: String
    /// The error code, if it failed.
    public var errorCode: Int?
    /// The file in it.
    public var attachment: MetaAttachment?
    /// The place in it.
    public var location: MetaLocation?
    /// The contact cards in it.
    public var contacts: [MetaContactCard] = []
    /// The group that it was written in.
    public var groupID: String?
    /// Whether the business wrote it in the app on its phone, and not through the connector.
    public var isEcho = false

    /// `biz_opaque_callback_data` as given.
    public var callbackData: String? { payload["biz_opaque_callback_data"]?.string }
}

/// A step of a customer's message on its way to the connector.
public enum MetaHandover: Sendable, Equatable {
    /// The first POST with this message was begun.
    case offered(String)
    /// A POST with this message was answered 200.
    case acknowledged(String)
}
