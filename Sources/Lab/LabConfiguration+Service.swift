extension LabConfiguration {
    /// A configuration file with which the connector's `serve` joins this lab, as YAML.
    ///
    /// - Parameters:
    ///   - graph: The lab's Graph base URL.
    ///   - listen: The address and port that the connector is to listen on.
    ///   - operations: The address and port of its health and metrics.
    ///   - dataDirectory: Where it keeps its data.
    ///   - secretKeyFile: Its key file, outside the data directory.
    ///   - sharedService: The address of a shared service that it may join accounts with; nil for none.
    ///   - isDirect: Whether Meta calls the connector itself after that, instead of the shared service.
    public func serviceConfiguration(
        graph: String, listen: String, operations: String, dataDirectory: String, secretKeyFile: String, sharedService: String? = nil,
        isDirect: Bool = false
    ) -> String {
        let shared =
            sharedService.map { address in
                """
                sharedServiceURL: \(quoted(address))
                sharedServiceKey: \(quoted(sharedServiceKey))
                sharedServiceMode: \(isDirect ? "direct" : "relay")

                """
            } ?? ""
        let numbers = numbers.map { number in
            """
                      - {id: \(quoted(number.id)), app: connect, zone: \(quoted(objectName)), tags: [], licensed: true, \
            closedMessage: "The answer timeframe of this discussion is over."}
            """
        }
        let accounts = """
                accounts:
                  - waba: \(quoted(waba))
                    token: \(quoted(accessToken))
                    numbers:
            \(numbers.joined(separator: "\n"))

            """
        let manager = managerPassword.map { "\nmanager:\n  password: \(quoted($0))" } ?? ""
        return """
            listen: \(quoted(listen))
            operations: \(quoted(operations))
            publicURL: \(quoted("http://\(listen)"))
            dataDirectory: \(quoted(dataDirectory))
            secretKeyFile: \(quoted(secretKeyFile))\(manager)
            \(shared)instances:
              - domain: \(quoted(domain))
                name: \(quoted(instance))
                password: \(quoted(instancePassword))
                language: en
                graph:
                  baseURL: \(quoted(graph))
                  version: v25.0
                  appSecret: \(quoted(appSecret))
                  verifyToken: \(quoted(verifyToken))
                connect: {profile: public}
            \(startsEmpty ? "" : accounts)
            """
    }

    /// A configuration file with which `shared-service` owns the app of this lab's sign-up, as YAML.
    ///
    /// - Parameters:
    ///   - page: The lab's address.
    ///   - graph: The lab's Graph base URL.
    ///   - listen: The address and port that the service is to listen on.
    ///   - operations: The address and port of its health.
    ///   - dataDirectory: Where it keeps its data.
    ///   - secretKeyFile: Its key file, outside the data directory.
    public func sharedServiceConfiguration(
        page: String, graph: String, listen: String, operations: String, dataDirectory: String, secretKeyFile: String
    ) -> String {
        """
        listen: \(quoted(listen))
        operations: \(quoted(operations))
        publicURL: \(quoted("http://\(listen)"))
        dataDirectory: \(quoted(dataDirectory))
        secretKeyFile: \(quoted(secretKeyFile))
        app:
          id: \(quoted(signupApp.id))
          secret: \(quoted(signupApp.secret))
          configurationID: \(quoted(signupApp.configurationID))
        verifyToken: \(quoted(signupApp.verifyToken))
        graph:
          baseURL: \(quoted(graph))
          version: v25.0
        sdkURL: \(quoted("\(page)/meta/sdk.js"))
        connectors:
          - name: lab
            key: \(quoted(sharedServiceKey))

        """
    }

    /// A JSON string is a YAML string.
    private func quoted(_ text: String) -> String { LabJSON.string(text).text() }
}
