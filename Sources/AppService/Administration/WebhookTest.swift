/// What a test of the webhook's address came to.
public struct WebhookTest: Equatable, Sendable {
    /// Whether this instance answered at its public address.
    public var isReachable: Bool
    /// The status of whatever answered.
    public var status: Int?
    /// Whether there was a connection with a certificate that holds; nil if the address is no https address, or nothing was there.
    public var isTLSValid: Bool?
    /// Why it is not reachable and what to do, as a sentence.
    public var text: String?
}

extension WebhookTest {
    /// A finding in words.
    init(_ finding: WebhookProbe.Finding, at url: String) {
        let isTLS: Bool? = url.hasPrefix("https:") ? true : nil
        switch finding {
        case .answered:
            self.init(isReachable: true, status: 200, isTLSValid: isTLS)
        case .wrongAnswer(let status):
            self.init(
                isReachable: false, status: status, isTLSValid: isTLS,
                text: "Something else answers at \(url) (status \(status)); let the reverse proxy pass this path to the connector.")
        case .badCertificate:
            self.init(
                isReachable: false, isTLSValid: false,
                text: "The certificate at \(url) does not hold; Meta wants one of a public authority, with its whole chain.")
        case .unreachable(let phrase):
            self.init(isReachable: false, text: "\(url) cannot be reached from here (\(phrase)); check publicURL and proxy.")
        }
    }
}
