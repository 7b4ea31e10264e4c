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

    @Test("Both entries of Connect have one address, and grant the zones that are configured")
    func targets() {
        var configuration = LabConfiguration()
        configuration.furtherZones = ["sales"]
        let targets = configuration.targets(below: "http://127.0.0.1:8090")
        #expect(targets.map(\.name) == ["connect", "connect~moderator"])
        #expect(Set(targets.map(\.url)) == ["http://127.0.0.1:8090/example.com/connect/innovaphone-connect"])
        #expect(targets.allSatisfy { $0.apps.map(\.name) == ["whatsapp", "sales"] })
        configuration.moderatorPassword = nil
        #expect(configuration.targets(below: "").count == 1)
        #expect(configuration.pbxCore.object.apps == ["connect"])
    }
}
