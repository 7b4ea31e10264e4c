import AppService
import Lab

/// What is wrong after a `Journey`; empty if nothing is.
struct JourneyFindings {
    private(set) var problems: [String] = []
    private let lab: Lab

    init(bench: CrashBench) throws {
        lab = bench.lab
        checkPosts()
        checkMessages()
        let address = try InstanceAddress(domain: lab.configuration.domain, name: lab.configuration.instance)
        try LedgerReader(at: StoreLocation(dataDirectory: bench.dataDirectory, instance: address)).forEach { row in
            let isOpen =
                switch row.direction {
                case .inbound: !["posted", "merged", "ignored"].contains(row.state)
                case .outbound: !["sent", "delivered", "read", "failed"].contains(row.state) && row.reason != "author told"
                }
            if isOpen { problems.append("the ledger has \(row.json)") }
        }
    }

    private mutating func checkPosts() {
        let own = lab.connect.posts.filter { $0.author == "whatsapp" && !$0.isPrivate }
        for text in ["in-first", "in-third", "The answer timeframe of this discussion is over."] {
            let count = own.count { $0.text.contains(text) }
            if count != 1 { problems.append("\(text) was posted \(count) times") }
        }
        // The reaction quotes it once more.
        let second = own.count { $0.text.contains("in-second") }
        if second != 2 { problems.append("in-second is shown \(second) times") }
        let files = own.flatMap(\.files)
        if files.count != 1 { problems.append("\(files.count) files were posted") }
        let roots = own.count(where: \.isRoot)
        if roots != 2 { problems.append("there are \(roots) discussions") }
    }

    private mutating func checkMessages() {
        let accepted = lab.meta.accepted
        for message in accepted where message.text.contains("private") { problems.append("\(message.text) left the house") }
        for message in accepted where message.text.contains("out-late") { problems.append("\(message.text) was sent after the window") }
        let posts = lab.connect.posts
        for text in ["out-first", "out-second", "out-third", "out-file", "out-late"] {
            guard let post = posts.first(where: { $0.author == "anna" && $0.text == text }) else {
                problems.append("\(text) was never written")
                continue
            }
            let count = accepted.count { $0.text == text }
            let told = posts.count { $0.author == "whatsapp" && $0.isPrivate && $0.repliesTo == post.id }
            if count > 1 { problems.append("\(text) was sent \(count) times") }
            if told > 1 { problems.append("anna was told \(told) times of \(text)") }
            if count == 0, told == 0 { problems.append("\(text) was not sent, and anna was not told") }
        }
        let files = accepted.count { $0.attachment != nil }
        if files > 1 { problems.append("the file was sent \(files) times") }
    }
}
