extension LabConfiguration {
    /// A configuration file with which the connector's `serve` joins this lab, as YAML.
    ///
    /// - Parameters:
    ///   - graph: The lab's Graph base URL.
    ///   - listen: The address and port that the connector is to listen on.
    ///   - operations: The address and port of its health and metrics.
    ///   - dataDirectory: Where it keeps its data.
    ///   - secretKeyFile: Its key file, outside the data directory.
    public func serviceConfiguration(
        graph: String, listen: String, operations: String, dataDirectory: String, secretKeyFile: String
    ) -> String {
        // A JSON string is a YAML string.
        func quoted(_ text: String) -> String { LabJSON.string(text).text() }
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
            instances:
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

    /// What a shared service needs to know of the sign-up's app, as comment lines of YAML.
    ///
    /// - Parameters:
    ///   - page: The lab's address.
    ///   - graph: The lab's Graph base URL.
    public func signupDescription(page: String, graph: String) -> String {
        """
        # A shared service finds the sign-up here:
        #   app ID:               \(signupApp.id)
        #   app secret:           \(signupApp.secret)
        #   login configuration:  \(signupApp.configurationID)
        #   verify token:         \(signupApp.verifyToken)
        #   Graph API:            \(graph)
        #   Facebook SDK:         \(page)/meta/sdk.js
        """
    }
}
