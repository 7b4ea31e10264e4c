import Crypto
import NIOCore
import NIOHTTP1

/// Signed notifications as Meta posts them, each with a message or with statuses of its own.
struct WebhookBody {
    /// The WhatsApp Business Account ID.
    var account: String
    /// The phone number ID that the customers write to.
    var number: String
    /// The app secret.
    var secret: SymmetricKey
    /// What all wamids begin with, after `wamid.`.
    var prefix: String
    /// How many customers take turns.
    var customers: Int
    /// How many bytes a body with a message has.
    var size: Int
    /// How many statuses a body has instead of a message; 0 for a message.
    var statuses: Int
    /// Seconds since 1970.
    var time: Int

    private static let words = "Good morning, could you tell me when the next delivery will be here and whether it is complete? "

    /// The wamid of the message in a body.
    func wamid(_ index: Int) -> String { "wamid.\(prefix)\(index)" }

    /// A request with the body of this index.
    func request(_ index: Int, to target: WebhookTarget) -> WebhookRequest {
        let body = Array((statuses > 0 ? statusBody(index) : messageBody(index)).utf8)
        let code = HMAC<SHA256>.authenticationCode(for: body, using: secret)
        let digits = Array("0123456789abcdef".utf8)
        let signature = String(decoding: code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        let headers: HTTPHeaders = [
            "Host": "\(target.host):\(target.port)", "User-Agent": "facebookexternalua", "Content-Type": "application/json",
            "X-Hub-Signature-256": "sha256=\(signature)", "Content-Length": "\(body.count)",
        ]
        return WebhookRequest(
            head: HTTPRequestHead(version: .http1_1, method: .POST, uri: target.path, headers: headers), body: ByteBuffer(bytes: body))
    }

    private func messageBody(_ index: Int) -> String {
        let customer = String(4_915_100_000_000 + index % customers)
        let head = """
            {"object":"whatsapp_business_account","entry":[{"id":"\(account)","changes":[{"value":{"messaging_product":"whatsapp",\
            "metadata":{"display_phone_number":"4930123456","phone_number_id":"\(number)"},"contacts":[{"profile":{"name":\
            "Customer \(index % customers)"},"wa_id":"\(customer)","user_id":"DE.\(customer)"}],"messages":[{"from":"\(customer)",\
            "from_user_id":"DE.\(customer)","id":"\(wamid(index))","timestamp":"\(time)","type":"text","text":{"body":"\(wamid(index)) 
            """
        let tail = #""}}]},"field":"messages"}]}]}"#
        let room = max(0, size - head.utf8.count - tail.utf8.count)
        let text = String(repeating: Self.words, count: room / Self.words.utf8.count + 1).prefix(room)
        return head + text + tail
    }

    private func statusBody(_ index: Int) -> String {
        let statuses = (0..<statuses).map { status in
            let customer = 4_915_100_000_000 + status % customers
            return """
                {"id":"\(wamid(index)).\(status)","status":"delivered","timestamp":"\(time)","recipient_id":"\(customer)",\
                "recipient_user_id":"DE.\(customer)","conversation":{"id":"c\(status)","origin":{"type":"service"}},\
                "pricing":{"billable":false,"pricing_model":"PMP","category":"service"}}
                """
        }
        return """
            {"object":"whatsapp_business_account","entry":[{"id":"\(account)","changes":[{"value":{"messaging_product":"whatsapp",\
            "metadata":{"display_phone_number":"4930123456","phone_number_id":"\(number)"},"statuses":[\(statuses.joined(separator: ","))]},\
            "field":"messages"}]}]}
            """
    }
}

/// A POST, ready to be sent.
struct WebhookRequest: Sendable {
    var head: HTTPRequestHead
    var body: ByteBuffer
}

/// Where webhooks are posted to.
struct WebhookTarget {
    var host: String
    var port: Int
    var path: String

    /// - Parameter url: `http://host:port/path`.
    init?(_ url: String) {
        guard url.hasPrefix("http://"), let slash = url.dropFirst(7).firstIndex(of: "/") else { return nil }
        let authority = url.dropFirst(7)[..<slash].split(separator: ":")
        guard authority.count == 2, let port = Int(authority[1]) else { return nil }
        host = String(authority[0])
        self.port = port
        path = String(url[slash...])
    }
}
