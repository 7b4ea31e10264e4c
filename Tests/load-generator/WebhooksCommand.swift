import ArgumentParser
import Crypto
import Foundation

/// `webhooks`: posts signed notifications.
struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "webhooks", abstract: "Posts signed notifications with wamids of their own.")

    @Option(help: "Where to: http://host:port/path.")
    var url: String
    @Option(help: "The app secret.")
    var secret: String
    @Option(help: "The WhatsApp Business Account ID.")
    var account = "102030405060708"
    @Option(help: "The phone number ID.")
    var number = "100200300400500"
    @Option(help: "What the wamids begin with.")
    var prefix: String
    @Option(help: "How many notifications.")
    var count: Int
    @Option(help: "How many customers take turns.")
    var customers = 100
    @Option(help: "How many bytes a body with a message has.")
    var size = 1_000
    @Option(help: "How many statuses each has instead of a message.")
    var statuses = 0
    @Option(help: "How many connections.")
    var connections = 16
    @Option(help: "How many a second; without it, each as soon as a connection is free.")
    var rate: Double?
    @Option(help: "A file for the wamids of what was answered with 200, one a line.")
    var acknowledged: String?

    func run() async throws {
        guard let target = WebhookTarget(url) else { throw ValidationError("--url must be http://host:port/path") }
        guard count > 0, customers > 0, connections > 0, statuses >= 0 else { throw ValidationError("numbers must be positive") }
        let body = WebhookBody(
            account: account, number: number, secret: SymmetricKey(data: Array(secret.utf8)), prefix: prefix, customers: customers, size: size,
            statuses: statuses, time: Int(Date.now.timeIntervalSince1970))
        // Made beforehand, so that only posting them is measured.
        let requests = (0..<count).map { body.request($0, to: target) }
        let figures = try await WebhookRun.run(requests, to: target, connections: connections, rate: rate)
        if let acknowledged {
            let lines = figures.acknowledged.map { "\(body.wamid($0))\n" }.joined()
            try lines.write(toFile: acknowledged, atomically: true, encoding: .utf8)
        }
        let latencies = Latencies(nanoseconds: figures.latencies)
        let seconds = Double(figures.duration) / 1e9
        let answered = figures.latencies.count
        let statuses = figures.statuses.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        print(
            """
            {"answered":\(answered),"unanswered":\(figures.unanswered),"statuses":{\(statuses)},"startedAt":\(figures.startedAt),\
            "seconds":\(seconds),\
            "perSecond":\(Double(answered) / max(seconds, 1e-9)),"milliseconds":\(latencies.json)}
            """)
    }
}
