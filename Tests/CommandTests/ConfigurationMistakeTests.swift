import AppService
import Testing

@testable import whatsapp_connector

/// A configuration text with one mistake, and the sentence that the operator reads.
struct Mistake: Sendable, CustomTestStringConvertible {
    var yaml: String
    var sentence: String
    var testDescription: String { sentence }

    init(_ yaml: String, _ sentence: String) {
        self.yaml = yaml
        self.sentence = sentence
    }

    /// A mistake in the keys of an instance; the first of the given lines is line 6 of the file.
    static func instance(_ lines: String, _ sentence: String) -> Mistake {
        Mistake(
            """
            publicURL: https://ap.example.com
            secretKeyFile: /nowhere/key
            instances:
              - domain: example.com
                name: whatsapp
            \(lines.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
            """,
            sentence
        )
    }

    /// A configuration without a mistake, to put one in.
    static let plain = service("", "")

    /// A mistake in the keys of the service; the first of the given lines is line 4 of the file.
    static func service(_ lines: String, _ sentence: String) -> Mistake {
        Mistake(
            """
            instances:
              - {domain: example.com, name: whatsapp, password: secret-word}
            publicURL: https://ap.example.com
            \(lines)
            """,
            sentence
        )
    }
}

@Suite("Mistakes in the configuration")
struct ConfigurationMistakeTests {
    @Test(
        "The file as a whole",
        arguments: [
            Mistake("", "c.yaml: the file is empty; docs/operator.md shows an example"),
            Mistake("# only a comment\n", "c.yaml: the file is empty; docs/operator.md shows an example"),
            Mistake("- a\n- b\n", "c.yaml: the configuration must be a section with keys of its own, not a list"),
            Mistake("just text", "c.yaml: the configuration must be a section with keys of its own, not a single value"),
            Mistake("[1, 2]: x", "c.yaml line 1: a key must be a word; correct the line"),
            Mistake(
                "publicURL: https://a.example\ninstances: [",
                "c.yaml line 3: this is not YAML (did not find expected node content); correct the line or the one before it"),
            Mistake(
                "listen: a: b",
                "c.yaml line 1: this is not YAML (mapping values are not allowed in this context); correct the line or the one before it"),
            Mistake("listen: ':1'\nsettings: on\nlisten: ':2'", "c.yaml line 1: the key \"listen\" is given twice; remove one"),
            Mistake("instances: []", "c.yaml: publicURL is missing; add it"),
            Mistake("publicURL: https://a.example", "c.yaml: instances is missing; add it with at least one domain and name"),
            Mistake("publicURL: https://a.example\ninstances: []", "c.yaml line 2: instances is empty; add an instance with domain and name"),
            Mistake("publicURL: https://a.example\ninstances: {}", "c.yaml line 2: instances must be a list, not a section"),
        ]
    )
    func wholeFile(mistake: Mistake) {
        expect(mistake)
    }

    @Test(
        "Unknown keys name the nearest known one",
        arguments: [
            Mistake.service("publicUrl: x", "c.yaml line 4: the key \"publicUrl\" is unknown; did you mean \"publicURL\"?"),
            Mistake.service("Listen: ':1'", "c.yaml line 4: the key \"Listen\" is unknown; did you mean \"listen\"?"),
            Mistake.service("trustedProxy: []", "c.yaml line 4: the key \"trustedProxy\" is unknown; did you mean \"trustedProxies\"?"),
            Mistake.service("dataDir: /a", "c.yaml line 4: the key \"dataDir\" is unknown; did you mean \"dataDirectory\"?"),
            Mistake.service(
                "tls:\n  certificateFile: a", "c.yaml line 5: the key \"certificateFile\" in tls is unknown; did you mean \"certificate\"?"),
            Mistake.service("manager: {pasword: a}", "c.yaml line 4: the key \"pasword\" in manager is unknown; did you mean \"password\"?"),
            Mistake.instance("retention: 5", "c.yaml line 6: the key \"retention\" in instances[0] is unknown; did you mean \"retentionDays\"?"),
            Mistake.instance(
                "graph:\n  baseUrl: x", "c.yaml line 7: the key \"baseUrl\" in instances[0].graph is unknown; did you mean \"baseURL\"?"),
            Mistake.instance(
                "connect: {profil: x}", "c.yaml line 6: the key \"profil\" in instances[0].connect is unknown; did you mean \"profile\"?"),
            Mistake.instance(
                "accounts:\n  - waba: 1\n    tokn: x",
                "c.yaml line 8: the key \"tokn\" in instances[0].accounts[0] is unknown; did you mean \"token\"?"
            ),
            Mistake.instance(
                "accounts:\n  - waba: 1\n    token: x\n    numbers:\n      - id: 5\n        zones: x",
                "c.yaml line 11: the key \"zones\" in instances[0].accounts[0].numbers[0] is unknown; did you mean \"zone\"?"
            ),
        ]
    )
    func unknownKeys(mistake: Mistake) {
        expect(mistake)
    }

    @Test(
        "Wrong values of the service name the key and what it must be",
        arguments: [
            Mistake.service("listen: 8080", "c.yaml line 4: listen must be an address and a port such as 127.0.0.1:8080, not \"8080\""),
            Mistake.service(
                "listen: 127.0.0.1:70000", "c.yaml line 4: listen must be an address and a port such as 127.0.0.1:8080, not \"127.0.0.1:70000\""),
            Mistake.service("operations: [a]", "c.yaml line 4: operations must be a single value, not a list"),
            Mistake.service("operations:", "c.yaml line 4: operations has no value; give one or remove the key"),
            Mistake.service(
                "operations: 127.0.0.1:8080", "c.yaml line 4: operations leaves both listeners at 127.0.0.1:8080; give them different ports"),
            Mistake.service("settings: maybe", "c.yaml line 4: settings must be off, local or on, not \"maybe\""),
            Mistake.service("trustedProxies: 10.0.0.1", "c.yaml line 4: trustedProxies must be a list, not a single value"),
            Mistake.service(
                "trustedProxies:\n  - 10.0.0.1\n  - proxy.example.com",
                "c.yaml line 6: trustedProxies[1] must be an IP address or a range such as 10.0.0.0/8, not \"proxy.example.com\""
            ),
            Mistake.service(
                "sharedServiceURL: http://shared.example.com",
                "c.yaml line 4: sharedServiceURL must begin with https, because tokens go there; http is for 127.0.0.1 only"),
            Mistake.service(
                "tls: {certificate: /nowhere/a.pem, privateKey: b}",
                "c.yaml line 4: tls.certificate: the file /nowhere/a.pem does not exist; create it or correct the path"),
            Mistake.service(
                "tls: {certificate: /etc/passwd, privateKey: b}",
                "c.yaml line 4: tls.certificate names /etc/passwd, which holds no CERTIFICATE in PEM form; name the right file"),
            Mistake.service("tls: {privateKey: b}", "c.yaml line 4: tls.certificate is missing; add it"),
            Mistake.service(
                "manager: {}", "c.yaml line 4: manager.passwordFile is missing; add it, or remove manager to turn the mini App Platform off"),
            Mistake.service("manager: on", "c.yaml line 4: manager must be a section with keys of its own, not a single value"),
            Mistake.service(
                "manager: {password: a, passwordFile: b}", "c.yaml line 4: manager.passwordFile and password are both given; remove one of them"),
            Mistake.service("secretKey: abc", "c.yaml line 4: secretKey must be 64 hexadecimal digits; make them with: openssl rand -hex 32"),
            Mistake.service(
                "dataDirectory: /nowhere/data\nsecretKeyFile: /nowhere/else/../data/keys/secret.key",
                "c.yaml line 5: secretKeyFile must not lie in dataDirectory, whose backups would hold the key to their own secrets; move the file"
            ),
            Mistake(
                "publicURL: ap.example.com\ninstances: [{domain: a.example, name: w}]",
                "c.yaml line 1: publicURL must be a base URL such as https://ap.example.com, without query, not \"ap.example.com\""
            ),
        ]
    )
    func serviceValues(mistake: Mistake) {
        expect(mistake)
    }

    @Test(
        "Wrong values of an instance name the key and what it must be",
        arguments: [
            Mistake.plain.replacing(
                "{domain: example.com, name: whatsapp, password: secret-word}", "{domain: example.com}",
                "c.yaml line 2: instances[0].name is missing; add it"),
            Mistake.plain.replacing(
                "domain: example.com", "domain: manager",
                "c.yaml line 2: instances[0].domain must not be manager, which is the path of the mini App Platform"),
            Mistake.plain.replacing(
                "domain: example.com", "domain: exa/mple", "c.yaml line 2: instances[0].domain must be a domain of letters, digits, dots and hyphens"),
            Mistake.plain.replacing(
                "name: whatsapp", "name: CaFe01",
                "c.yaml line 2: instances[0].name must not consist of hexadecimal digits only, because myApps takes such a path for a build number"
            ),
            Mistake.plain.replacing(
                "name: whatsapp", "name: '..'",
                "c.yaml line 2: instances[0].name must be 1 to 63 letters, digits, dots, hyphens and underscores, beginning with a letter or digit"
            ),
            Mistake.instance("language: fr", "c.yaml line 6: instances[0].language must be en or de, not \"fr\""),
            Mistake.instance("retentionDays: 0", "c.yaml line 6: instances[0].retentionDays must be a whole number from 1 to 3650, not \"0\""),
            Mistake.instance(
                "retentionDays: ninety", "c.yaml line 6: instances[0].retentionDays must be a whole number from 1 to 3650, not \"ninety\""),
            Mistake.instance("password: ''", "c.yaml line 6: instances[0].password is empty; put the secret into it"),
            Mistake.instance(
                "passwordFile: /nowhere/pw",
                "c.yaml line 6: instances[0].passwordFile: the file /nowhere/pw does not exist; create it or correct the path"),
            Mistake.instance("passwordFile: /etc", "c.yaml line 6: instances[0].passwordFile: /etc is a folder; name a file in it"),
            Mistake.instance("connect: {profile: assumed}", "c.yaml line 6: instances[0].connect.profile must be public, not \"assumed\""),
            Mistake.instance("graph: {version: '25'}", "c.yaml line 6: instances[0].graph.version must be a version such as v25.0, not \"25\""),
            Mistake.instance(
                "graph: {baseURL: 'http://graph.example.com'}",
                "c.yaml line 6: instances[0].graph.baseURL must begin with https, because tokens go there; http is for 127.0.0.1 only"
            ),
            Mistake.instance(
                "graph: {baseURL: 'http://127.0.0.1.example.com'}",
                "c.yaml line 6: instances[0].graph.baseURL must begin with https, because tokens go there; http is for 127.0.0.1 only"
            ),
            Mistake.instance(
                "graph: {previousAppSecret: x}", "c.yaml line 6: instances[0].graph.appSecretFile is missing; add it, or remove the previous secret"),
            Mistake.instance("accounts: [{waba: 1}]", "c.yaml line 6: instances[0].accounts[0].tokenFile is missing; add it"),
            Mistake.instance(
                "accounts: [{waba: x1, token: t}]",
                "c.yaml line 6: instances[0].accounts[0].waba must be the ID of a WhatsApp Business Account at Meta, digits only, not \"x1\""),
            Mistake.instance(
                "accounts: [{waba: 1, token: t}, {waba: 1, token: u}]",
                "c.yaml line 6: instances[0].accounts[1] has the same waba as another account; join them"),
            Mistake.instance(
                "accounts: [{waba: 1, token: t, numbers: [{id: 7}, {id: 7}]}]",
                "c.yaml line 6: instances[0].accounts[0].numbers[1] has the id of another number, 7; remove one of them"
            ),
            Mistake.instance(
                "accounts: [{waba: 1, token: t, numbers: [{id: 7, licensed: yes}]}]",
                "c.yaml line 6: instances[0].accounts[0].numbers[0].licensed must be true or false, not \"yes\""
            ),
            Mistake.instance(
                "accounts: [{waba: 1, token: t, numbers: [{id: 7, app: connect~moderator}]}]",
                "c.yaml line 6: instances[0].accounts[0].numbers[0].app must be the SIP name of a PBX object, without blanks, comma, ~ and @, not \"connect~moderator\""
            ),
            Mistake.instance(
                "accounts: [{waba: 1, token: t, numbers: [{id: 7, tags: [a, '#']}]}]",
                "c.yaml line 6: instances[0].accounts[0].numbers[0].tags[1] must be a tag of 1 to 64 characters"
            ),
            Mistake.instance(
                "accounts: [{waba: 1, token: t, numbers: [{id: 7, tags: [a, b, c, d, e, f, g, h, i, j, k]}]}]",
                "c.yaml line 6: instances[0].accounts[0].numbers[0].tags must have at most 10 entries"
            ),
            Mistake.instance(
                "accounts: [{waba: 1, token: t, numbers: [{id: 7, closedMessage: '\(String(repeating: "a", count: 4_097))'}]}]",
                "c.yaml line 6: instances[0].accounts[0].numbers[0].closedMessage must have at most 4096 characters"
            ),
            Mistake.instance(
                "accounts: [{waba: 1, token: t, numbers: [{id: 7, edits: all}]}]",
                "c.yaml line 6: instances[0].accounts[0].numbers[0].edits must be nothing or correction, not \"all\""
            ),
            Mistake.plain.replacing(
                "instances:", "instances:\n  - {domain: EXAMPLE.com, name: WhatsApp, password: abc}",
                "c.yaml line 3: instances[1] is a second instance example.com/whatsapp; give every instance a domain and name of its own"
            ),
        ]
    )
    func instanceValues(mistake: Mistake) {
        expect(mistake)
    }

    @Test("A secret is not in the sentence about it")
    func secretsAreNotQuoted() {
        let mistakes = [
            Mistake.instance("password: \"geheim\\u0007\"", ""),
            Mistake.service("secretKey: geheim", ""),
            Mistake.instance("password: geheim\npassword: geheim", ""),
            Mistake.instance("password: {geheim: [", ""),
            Mistake.instance("graph: {appSecret: [geheim]}", ""),
        ]
        for mistake in mistakes {
            let error = #expect(throws: ConfigurationError.self) { try load(mistake.yaml) }
            #expect(error?.description.contains("geheim") == false, "\(String(describing: error))")
        }
    }

    private func expect(_ mistake: Mistake, sourceLocation: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: ConfigurationError.self, sourceLocation: sourceLocation) { try load(mistake.yaml) }
        #expect(error?.description == mistake.sentence, sourceLocation: sourceLocation)
        let outcome = CommandOutcome(error ?? ConfigurationError(""), arguments: [])
        #expect(outcome.exitCode == 78, sourceLocation: sourceLocation)
        #expect(outcome.complaint == mistake.sentence, sourceLocation: sourceLocation)
    }
}

func load(_ yaml: String, environment: [String: String] = [:], folder: String = "") throws -> LoadedConfiguration {
    try ConfigurationLoader(environment: environment).load(yaml: yaml, name: "c.yaml", folder: folder)
}

extension Mistake {
    fileprivate func replacing(_ text: String, _ other: String, _ sentence: String) -> Mistake {
        Mistake(yaml.replacing(text, with: other), sentence)
    }
}
