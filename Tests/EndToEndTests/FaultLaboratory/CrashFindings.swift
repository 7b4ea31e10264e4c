import AppService
import Lab

/// What the simulators and the ledger hold, and what is wrong with it.
struct CrashFindings {
    /// Each once, in words; empty if nothing is wrong.
    private(set) var problems: [String] = []
    /// Texts of customers.
    private(set) var texts = 0
    /// Public posts of colleagues.
    private(set) var answers = 0
    /// Private posts of colleagues.
    private(set) var privatePosts = 0
    /// Authors told that their post was possibly not sent.
    private(set) var doubts = 0
    /// Authors told that their post was not sent.
    private(set) var refusals = 0

    private let lab: Lab
    private let posts: [ConnectStoredPost]
    private let ownPosts: [ConnectStoredPost]

    init(lab: Lab, ledger: [LedgerRow]) {
        self.lab = lab
        posts = lab.connect.posts
        ownPosts = posts.filter { $0.author == lab.configuration.objectName }
        checkTexts()
        checkAnswers()
        check(ledger)
    }

    // MARK: From customers

    private mutating func checkTexts() {
        var places: [String: [Int]] = [:]
        for (index, post) in ownPosts.enumerated() {
            for word in CrashLoad.words("in", in: post.text) { places[word, default: []].append(index) }
        }
        for customer in lab.configuration.customers {
            let sent = lab.meta.chat(of: customer.key).filter { $0.direction == .fromCustomer }
            texts += sent.count
            let roots = ownPosts.filter { $0.isRoot && $0.discussionTitle == customer.name }
            if roots.count != (sent.isEmpty ? 0 : 1) { problems.append("\(customer.key) has \(roots.count) discussions") }
            for message in sent {
                guard let word = CrashLoad.words("in", in: message.text).first else { continue }
                let found = places[word] ?? []
                if !lab.meta.hasAcknowledged(message.wamid) { problems.append("\(word) was never taken") }
                if found.count != 1 { problems.append("\(word) was posted \(found.count) times") }
                if found.contains(where: { !roots.map(\.id).contains(ownPosts[$0].discussion) }) {
                    problems.append("\(word) is in another discussion")
                }
            }
        }
        checkOrder(places)
    }

    /// Who was taken before another one of the same customer was offered comes before it in the zone.
    private mutating func checkOrder(_ places: [String: [Int]]) {
        var own: [String: (place: Int, customer: String)] = [:]
        for customer in lab.configuration.customers {
            for message in lab.meta.chat(of: customer.key) where message.direction == .fromCustomer {
                guard let place = CrashLoad.words("in", in: message.text).first.flatMap({ places[$0]?.first }) else { continue }
                own[message.wamid] = own[message.wamid] ?? (place, customer.key)
            }
        }
        var newestTaken: [String: Int] = [:]
        var earliest: [String: Int] = [:]
        for handover in lab.meta.handovers {
            switch handover {
            case .offered(let wamid):
                if let (_, customer) = own[wamid] { earliest[wamid] = newestTaken[customer] }
            case .acknowledged(let wamid):
                guard let (place, customer) = own[wamid] else { continue }
                if let bound = earliest[wamid], place < bound { problems.append("\(wamid) stands before what was taken before it") }
                newestTaken[customer] = max(newestTaken[customer] ?? -1, place)
            }
        }
    }

    // MARK: From colleagues

    private mutating func checkAnswers() {
        let accepted = lab.meta.accepted
        let times = Dictionary(accepted.flatMap { CrashLoad.words("out", in: $0.text) }.map { ($0, 1) }, uniquingKeysWith: +)
        for word in accepted.flatMap({ CrashLoad.words("private", in: $0.text) }) { problems.append("\(word) left the house") }
        var notices = Dictionary(grouping: ownPosts.filter { CrashLoad.words("in", in: $0.text).isEmpty }) { $0.repliesTo }
        for post in posts where post.author != lab.configuration.objectName {
            let told = notices.removeValue(forKey: post.id) ?? []
            if told.count > 1 { problems.append("\(post.author) was told \(told.count) times about \(post.text)") }
            if told.contains(where: { !$0.isPrivate || $0.notify != [post.author] }) {
                problems.append("not only \(post.author) was told about \(post.text)")
            }
            guard let word = CrashLoad.words("out", in: post.text).first else {
                privatePosts += 1
                continue
            }
            answers += 1
            if told.contains(where: { $0.text.contains("possibly not sent") }) { doubts += 1 } else { refusals += told.count }
            let sent = times[word] ?? 0
            if sent > 1 { problems.append("\(word) was sent \(sent) times") }
            if sent == 0, told.isEmpty { problems.append("\(word) was not sent, and \(post.author) was not told") }
        }
        for post in notices.values.joined() { problems.append("nobody knows what this is about: \(post.text)") }
        checkOrder(of: accepted)
    }

    /// What a customer got is in the order of the posts, and from the customer's own discussion.
    private mutating func checkOrder(of accepted: [MetaMessage]) {
        let order = posts.sorted { ($0.timestamp, $0.id) < ($1.timestamp, $1.id) }
        var places: [String: (place: Int, post: ConnectStoredPost)] = [:]
        for (place, post) in order.enumerated() {
            for word in CrashLoad.words("out", in: post.text) { places[word] = (place, post) }
        }
        let titles = Dictionary(ownPosts.filter(\.isRoot).map { ($0.id, $0.discussionTitle) }) { first, _ in first }
        for customer in lab.configuration.customers {
            var last = (place: -1, words: "")
            for message in accepted where message.customer == customer.key {
                guard let word = CrashLoad.words("out", in: message.text).first, let (place, post) = places[word] else { continue }
                let words = "\(word) (post \(post.id) of \(post.timestamp), accepted at \(message.at))"
                if place < last.place { problems.append("\(words) was sent to \(customer.key) after the later \(last.words)") }
                if place > last.place { last = (place, words) }
                if titles[post.discussion] != customer.name { problems.append("\(word) went to \(customer.key)") }
            }
        }
        for message in accepted where message.customer == nil { problems.append("a message went to a stranger") }
    }

    // MARK: The ledger

    private mutating func check(_ ledger: [LedgerRow]) {
        let inbound = ledger.filter { $0.direction == .inbound && $0.type == "text" }
        if inbound.count != texts { problems.append("\(texts) texts have \(inbound.count) rows") }
        var open: [String: Int] = [:]
        for row in ledger where !Self.isFinal(row) { open["\(row.direction.rawValue) \(row.type) \(row.state) \(row.reason ?? "")", default: 0] += 1 }
        for (state, count) in open.sorted(by: { $0.key < $1.key }) { problems.append("the ledger has \(count) rows: \(state)") }
        let told = ledger.count { $0.direction == .outbound && $0.state == "unknown" }
        if told != doubts { problems.append("\(told) rows are in doubt, \(doubts) authors were told") }
    }

    private static func isFinal(_ row: LedgerRow) -> Bool {
        switch (row.direction, row.state) {
        case (.inbound, "posted"): row.type == "text"
        case (.inbound, "merged"): row.type == "status"
        case (.outbound, "unknown"): row.reason == "author told"
        case (.outbound, let state): ["sent", "delivered", "read", "failed"].contains(state)
        case (.inbound, _): false
        }
    }
}

extension CrashBench {
    /// What there is now; the ledger is read first, so that it is not newer than what it is compared with.
    func findings() throws -> CrashFindings {
        let address = try InstanceAddress(domain: lab.configuration.domain, name: lab.configuration.instance)
        let reader = try LedgerReader(at: StoreLocation(dataDirectory: dataDirectory, instance: address))
        var ledger: [LedgerRow] = []
        try reader.forEach { ledger.append($0) }
        return CrashFindings(lab: lab, ledger: ledger)
    }
}
