public import AsyncHTTPClient
import FoundationEssentials
public import Logging
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
public import Protocol
import Transport

/// Calls Meta's Graph API: once, without repetition, and with an outcome that says what Meta can have done.
public struct GraphClient: Sendable {
    /// Largest answer that is read, in bytes.
    static let maximumAnswerSize = 64 * 1024

    let client: HTTPClient
    let mediaClient: HTTPClient
    let configuration: Configuration
    private let trace: Logger?

    /// Where and how to call.
    public struct Configuration: Sendable, Hashable {
        /// The API's address without path, such as `https://graph.facebook.com`.
        public var baseURL: String
        /// The API's version, such as `v25.0`. Without one an app's oldest would count.
        public var version: String
        /// From the call until the whole answer is there.
        public var timeout: Duration
        /// How long nothing may move while a file comes in.
        public var downloadIdleTimeout: Duration
        /// How long nothing may move while a file goes out, or until it is answered.
        public var uploadIdleTimeout: Duration

        /// - Parameters:
        ///   - baseURL: `https://` and a host; `http://` only for tests on this machine
        ///   - version: `v`, a number, a dot and a number
        ///   - timeout: from the call until the whole answer is there
        ///   - downloadIdleTimeout: how long nothing may move while a file comes in
        ///   - uploadIdleTimeout: how long nothing may move while a file goes out, or until it is answered
        public init(
            baseURL: String = "https://graph.facebook.com", version: String = "v25.0", timeout: Duration = .seconds(30),
            downloadIdleTimeout: Duration = .seconds(30), uploadIdleTimeout: Duration = .seconds(120)
        ) {
            self.baseURL = baseURL
            self.version = version
            self.timeout = timeout
            self.downloadIdleTimeout = downloadIdleTimeout
            self.uploadIdleTimeout = uploadIdleTimeout
        }
    }

    /// How the underlying client has to be set up: 10 s to connect, no redirects (they would carry the token away),
    /// and a connection that cannot be made is an error at once instead of a reason to try again.
    public static var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(10))
        )
        configuration.connectionPool.retryConnectionEstablishment = false
        // A connection that the other side has given up meanwhile would leave a message in doubt.
        configuration.connectionPool.idleTimeout = .seconds(20)
        return configuration
    }

    /// How a client for files has to be set up: as the other, but with a connection for each of up to 64 files of a host,
    /// so that a file that stands still holds up neither other files nor, since the client is another one, any message.
    public static var mediaClientConfiguration: HTTPClient.Configuration {
        var configuration = clientConfiguration
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return configuration
    }

    /// - Parameters:
    ///   - client: made with ``clientConfiguration``; its owner shuts it down
    ///   - mediaClient: made with ``mediaClientConfiguration``; its owner shuts it down. Without one `client` carries files too
    ///   - configuration: where and how to call
    ///   - logger: gets a line for every request but those for files, under the trace flag HTTP client
    public init(client: HTTPClient, mediaClient: HTTPClient? = nil, configuration: Configuration, logger: Logger? = nil) {
        self.client = client
        self.mediaClient = mediaClient ?? client
        self.configuration = configuration
        trace = logger?.tracing(.httpClient)
    }

    /// Sends a message to a customer.
    ///
    /// - Parameters:
    ///   - message: what to send to whom
    ///   - number: the phone number ID to send from
    ///   - credentials: what to call with
    public func send(_ message: GraphMessage, from number: String, with credentials: GraphCredentials) async -> GraphResult<GraphReceipt> {
        await post({ try message.encoded() }, to: [number, "messages"], with: credentials) { body in
            guard let answer = try? GraphMessageAnswer.decode(body.readableBytesView), let wamid = answer.messages.first?.id else { return nil }
            let contact = answer.contacts.first
            return GraphReceipt(wamid: wamid, waID: contact?.waID, userID: contact?.userID)
        }
    }

    /// Tells a customer that a message was read. Doing it twice does no harm.
    ///
    /// - Parameters:
    ///   - receipt: which message, and whether somebody writes
    ///   - number: the phone number ID that received it
    ///   - credentials: what to call with
    public func markRead(_ receipt: GraphReadReceipt, at number: String, with credentials: GraphCredentials) async -> GraphResult<GraphSuccess> {
        await post({ try receipt.encoded() }, to: [number, "messages"], with: credentials) { body in
            (try? GraphSuccess.decode(body.readableBytesView)).flatMap { $0.success ? $0 : nil }
        }
    }

    /// Makes a call that may change something, with a body of JSON.
    ///
    /// - Parameters:
    ///   - encoded: makes the body
    ///   - path: what follows the version, segment by segment
    ///   - credentials: what to call with
    ///   - read: reads a success; `nil` if the body is none
    func post<Value: Sendable>(
        _ encoded: () throws -> [UInt8],
        to path: [String],
        with credentials: GraphCredentials,
        read: @Sendable (ByteBuffer) -> Value?
    ) async -> GraphResult<Value> {
        guard let url = address(path, with: credentials) else {
            return GraphResult(outcome: .notSent(Self.badAddress))
        }
        guard let bytes = try? encoded() else {
            return GraphResult(outcome: .notSent("the message cannot be written as JSON"))
        }
        let body = WatchedBody(ByteBuffer(bytes: bytes))
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = [
            "Authorization": "Bearer \(credentials.accessToken.revealed)",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "whatsapp-connector",
        ]
        request.body = .stream(body, length: .known(Int64(bytes.count)))
        do {
            return try await exchange(request).result(read: read, hiding: credentials.accessToken)
        } catch {
            let phrase = GraphFailurePhrase.phrase(for: error)
            return GraphResult(outcome: body.wasTaken ? .ambiguous(phrase) : .notSent(phrase))
        }
    }

    /// One request and its whole answer within the time that is allowed.
    func exchange(_ request: HTTPClientRequest) async throws -> GraphAnswer {
        let timeout = configuration.timeout
        return try await withThrowingTaskGroup(of: GraphAnswer?.self) { group in
            group.addTask {
                let response = try await client.execute(request, timeout: TimeAmount(timeout))
                // Without the query, which may hold what proves that we know a secret.
                trace?.debug("\(request.method) \(request.url.prefix { $0 != "?" }) \(response.status.code)")
                // An answer whose body is too large or breaks off is still an answer: its status says enough to know what Meta did not do.
                let body = try? await response.body.collect(upTo: Self.maximumAnswerSize)
                return GraphAnswer(status: response.status, headers: response.headers, body: body)
            }
            group.addTask {
                try await Alarm.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else { throw GraphTimeout() }
            return answer
        }
    }

    /// The address of a node of the Graph API; `nil` if its parts would make it another one.
    ///
    /// - Parameters:
    ///   - path: what follows the version, segment by segment
    ///   - query: identifiers by their names
    ///   - credentials: what to call with
    func address(_ path: String..., query: KeyValuePairs<String, String> = [:], with credentials: GraphCredentials) -> String? {
        guard query.allSatisfy({ Self.isIdentifier($0.value) }) else { return nil }
        return address(path, query: query, with: credentials)
    }

    /// The address of a node of the Graph API; `nil` if its segments would make it another one.
    ///
    /// - Parameters:
    ///   - path: what follows the version, segment by segment
    ///   - query: any texts by their names
    ///   - credentials: what to call with
    func address(_ path: [String], query: KeyValuePairs<String, String> = [:], with credentials: GraphCredentials) -> String? {
        let version = configuration.version
        guard path.allSatisfy(Self.isIdentifier),
            version.split(separator: ".").allSatisfy({ Self.isIdentifier(String($0)) })
        else { return nil }
        let base = configuration.baseURL.hasSuffix("/") ? String(configuration.baseURL.dropLast()) : configuration.baseURL
        let items = query.map { "\($0.key)=\(PercentEncoding.component($0.value))" } + (credentials.proof.map { ["appsecret_proof=\($0)"] } ?? [])
        return "\(base)/\(version)/\(path.joined(separator: "/"))\(items.isEmpty ? "" : "?" + items.joined(separator: "&"))"
    }

    /// Said when an address cannot be made.
    static let badAddress = "the ID or the Graph API's address is not valid"

    private static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}

/// The answer did not come in time.
struct GraphTimeout: Error {}
