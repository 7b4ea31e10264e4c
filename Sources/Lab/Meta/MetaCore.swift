/// The simulated WhatsApp Cloud API as a value: numbers, customers, chats, and the webhooks to be delivered.
///
/// Like the other simulators it has no sockets and no clock: requests and moments go in, replies and deliveries come out.
struct MetaCore: Sendable {
    /// A chat: one number and one customer.
    struct Pair: Hashable, Sendable {
        var number: String
        var customer: String
    }

    var options: MetaOptions
    var faults: [MetaFault] = []
    var mediaFaults: [MetaMediaFault] = []
    var accountFaults: [MetaAccountFault] = []
    /// The Graph API's base URL, without a slash at the end; nil before it listens.
    var baseURL: String?
    var waba: String
    /// The account's name.
    var accountName = "Lab"
    var numbers: [MetaNumber]
    var customers: [MetaCustomer]
    /// The tokens that are accepted.
    var accessTokens: Set<String>
    /// The permissions of tokens; all that a connector needs for those that are not in here.
    var tokenScopes: [String: Set<String>] = [:]
    /// The apps: the lab's own one, and that of the sign-up dialog.
    var apps: [MetaAppState] {
        didSet { webhooks.isPaused = apps.allSatisfy(\.callbacks.isEmpty) }
    }
    /// The accounts that can join by the sign-up dialog; their numbers are among `numbers`.
    var accounts: [MetaAccount] = []
    /// The accounts that somebody joined by the dialog.
    var joined: Set<String> = []
    /// How the sign-up behaves.
    var signup = MetaSignupOptions()
    /// The codes of sign-ups.
    var codes: [String: MetaCode] = [:]
    /// The tokens that came of codes.
    var tokens: [String: MetaToken] = [:]

    /// All messages of all chats, in the order they came.
    var messages: [MetaMessage] = []
    /// When each customer last wrote, in milliseconds since 1970 UTC.
    var lastInbound: [Pair: Int64] = [:]
    /// When each pair's allowance will be full again, in milliseconds since 1970 UTC.
    var pairDebt: [Pair: Int64] = [:]
    /// wamids that the connector marked as read.
    var markedRead: Set<String> = []
    /// What the connector marked as read, in order.
    var readReceipts: [MetaReadReceipt] = []
    /// The files that lie at Meta, by media ID.
    var media: [String: MetaMedia] = [:]
    /// The addresses that were given out, by their secret part.
    var mediaURLs: [String: MediaURL] = [:]
    /// What the connector uploaded, in order; deleted files are still listed.
    var uploads: [MetaUpload] = []
    var mediaCounts = MetaMediaCounts()
    /// Files on their way, by a number of their own.
    var transfers: [Int: MetaTransfer] = [:]
    var webhooks = MetaWebhookQueue()
    var random: SeededGenerator

    init(
        waba: String, numbers: [MetaNumber], customers: [MetaCustomer], accessTokens: Set<String>, appSecret: String,
        options: MetaOptions = MetaOptions(), seed: UInt64 = 1
    ) {
        self.waba = waba
        self.numbers = numbers
        self.customers = customers
        self.accessTokens = accessTokens
        apps = [MetaAppState(app: MetaApp(id: Self.appID, name: "Lab", secret: appSecret), isLenient: true)]
        self.options = options
        random = SeededGenerator(seed: seed)
    }

    /// Adds the app of the sign-up dialog, and the accounts that can join by it.
    mutating func add(_ app: MetaApp, _ accounts: [MetaAccount]) {
        apps.append(MetaAppState(app: app))
        self.accounts = accounts
        for account in accounts {
            numbers += account.numbers.map { number in
                var number = number
                number.account = account.id
                return number
            }
        }
    }

    /// The secret of the lab's own app.
    var appSecret: String {
        get { apps[0].app.secret }
        set { apps[0].app.secret = newValue }
    }

    /// Where the webhooks of the lab's own app go; while those of no app go anywhere, they wait.
    var callbacks: MetaCallbacks {
        get { apps[0].callbacks }
        set { apps[0].callbacks = newValue }
    }

    /// Whether the lab's own app is subscribed to the lab's own account.
    var isSubscribed: Bool { callbacks.subscribed.contains(waba) }

    /// The numbers that a connector may have: those of the lab's own account and of accounts that have joined.
    var joinedNumbers: [MetaNumber] { numbers.filter { $0.account.map(joined.contains) ?? true } }

    /// What the connector sent and the simulator accepted, in order.
    var accepted: [MetaMessage] { messages.filter { $0.direction == .fromBusiness && !$0.isEcho } }

    /// The messages of one chat, in order.
    func chat(of customer: String, number: String) -> [MetaMessage] { messages.filter { $0.customer == customer && $0.numberID == number } }

    /// When a chat's customer service window ends, in milliseconds since 1970 UTC; nil if the customer never wrote.
    func windowEnd(customer: String, number: String) -> Int64? {
        lastInbound[Pair(number: number, customer: customer)].map { $0 + 86_400_000 }
    }

    /// Until when a customer sees that somebody is typing: 25 s, or until the answer (WhatsApp, Read receipts and typing).
    func typingUntil(customer: String, number: String) -> Int64? {
        guard let receipt = readReceipts.last(where: \.showsTyping) else { return nil }
        let chat = chat(of: customer, number: number)
        guard chat.contains(where: { $0.wamid == receipt.wamid }) else { return nil }
        let isAnswered = chat.contains { $0.direction == .fromBusiness && $0.at >= receipt.at }
        return isAnswered ? nil : receipt.at + 25_000
    }

    // MARK: Webhooks

    /// When something is to be done without an event, in milliseconds since 1970 UTC.
    var nextDue: Int64? { webhooks.nextDue(options) }

    /// The deliveries to start now.
    mutating func fire(now: Int64) -> [MetaDelivery] {
        let deliveries = webhooks.fire(now: now, options, MetaRouting(ownAccount: waba, numbers: numbers, apps: apps))
        noteReported(webhooks.takePacked())
        return deliveries
    }

    /// The connector answered a delivery with this HTTP status; nil if it did not answer.
    mutating func finished(_ delivery: MetaDelivery, status: Int?, now: Int64) {
        webhooks.finished(delivery, status: status, now: now, options)
    }

    // MARK: Helpers

    /// A new message ID; the bytes behind `wamid.` are as many as in real ones.
    mutating func makeWamid() -> String { "wamid." + Base64.encode(random.bytes(41)) }

    mutating func makeTrace() -> String { Base64.encode(random.bytes(9)) }
}
