import Testing

@testable import Lab

@Suite struct LabConfigurationTests {
    @Test("The file for serve is YAML with the lab's own names and secrets")
    func file() {
        let text = LabConfiguration().serviceConfiguration(
            graph: "http://127.0.0.1:8090/graph", listen: "127.0.0.1:8080", operations: "127.0.0.1:9090", dataDirectory: "/tmp/data",
            secretKeyFile: "/tmp/secret.key")
        #expect(
            text == """
                listen: "127.0.0.1:8080"
                operations: "127.0.0.1:9090"
                publicURL: "http://127.0.0.1:8080"
                dataDirectory: "/tmp/data"
                secretKeyFile: "/tmp/secret.key"
                instances:
                  - domain: "example.com"
                    name: "whatsapp"
                    password: "lab-instance-1"
                    language: en
                    graph:
                      baseURL: "http://127.0.0.1:8090/graph"
                      version: v25.0
                      appSecret: "lab-app-secret"
                      verifyToken: "lab-verify-token"
                    connect: {profile: public}
                    accounts:
                      - waba: "102030405060708"
                        token: "LAB-ACCESS-TOKEN"
                        numbers:
                          - {id: "109080706050403", app: connect, zone: "whatsapp", tags: [], licensed: true, closedMessage: "The answer timeframe of this discussion is over."}

                """)
    }

    @Test("An empty lab's file for serve has an instance without accounts")
    func emptyFile() {
        var configuration = LabConfiguration()
        configuration.startsEmpty = true
        let text = configuration.serviceConfiguration(
            graph: "http://127.0.0.1:8090/graph", listen: "", operations: "", dataDirectory: "", secretKeyFile: "")
        #expect(text.hasSuffix("    connect: {profile: public}\n"))
        #expect(!text.contains("accounts"))
    }

    @Test("With a manager password, the file for serve turns the service's own App Platform on")
    func manager() {
        var configuration = LabConfiguration()
        configuration.managerPassword = "a \"b\""
        let text = configuration.serviceConfiguration(
            graph: "http://127.0.0.1:8090/graph", listen: "", operations: "", dataDirectory: "", secretKeyFile: "k")
        #expect(text.contains("secretKeyFile: \"k\"\nmanager:\n  password: \"a \\\"b\\\"\"\ninstances:\n"))
    }

    @Test("The file for a shared service names the sign-up's app, and both sides have the same key")
    func sharedService() {
        let configuration = LabConfiguration()
        let file = configuration.sharedServiceConfiguration(
            page: "http://127.0.0.1:8600", graph: "http://127.0.0.1:8600/graph", listen: "127.0.0.1:8081", operations: "", dataDirectory: "",
            secretKeyFile: "")
        let app = configuration.signupApp
        for fact in [app.id, app.secret, app.configurationID, app.verifyToken, "http://127.0.0.1:8600/meta/sdk.js", configuration.sharedServiceKey] {
            #expect(file.contains("\"\(fact)\""))
        }
        let own = configuration.serviceConfiguration(
            graph: "", listen: "", operations: "", dataDirectory: "", secretKeyFile: "k", sharedService: "http://127.0.0.1:8081", isDirect: true)
        #expect(
            own.contains(
                """
                sharedServiceURL: "http://127.0.0.1:8081"
                sharedServiceKey: "\(configuration.sharedServiceKey)"
                sharedServiceMode: direct
                instances:
                """))
    }

    @Test("Both entries of Connect have one address, and grant the zones that are configured")
    func targets() {
        var configuration = LabConfiguration()
        configuration.furtherZones = ["sales"]
        let targets = configuration.directory.connectTargets
        #expect(targets.map(\.name) == ["connect", "connect~moderator"])
        #expect(targets.map(\.title) == ["Connect", "Connect (moderator)"])
        #expect(Set(targets.map(\.url)) == ["http://127.0.0.1/example.com/connect/innovaphone-connect"])
        #expect(targets.allSatisfy { $0.apps.map(\.name) == ["whatsapp", "sales"] && $0.apps.map(\.dn) == ["WhatsApp", "sales"] })
        #expect(targets.map(\.password) == [configuration.connectPassword, configuration.moderatorPassword])
        configuration.moderatorPassword = nil
        #expect(configuration.directory.connectTargets.count == 1)
        #expect(configuration.pbxCore.object?.apps == ["connect"])
    }

    @Test("An empty lab has Connect and config templates, but no object for the connector and no grants to it")
    func empty() {
        var configuration = LabConfiguration()
        configuration.startsEmpty = true
        let directory = configuration.directory
        #expect(directory.objects.map(\.cn) == ["Config User", "Config Admin", "Config Branch 1", "Connect", "Anna Berg", "Ben Koch", "Carla Lang"])
        let granted = directory.objects.filter { $0.apps.contains("whatsapp") }
        #expect(granted.isEmpty)
        #expect(configuration.pbxCore.object == nil)
        #expect(configuration.pbxCore.services.flatMap(\.apps) == [])
    }
}
