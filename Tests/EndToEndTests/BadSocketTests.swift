import AppService
import Lab
import NIOCore
import Testing
import Transport

@Suite("Bad sockets", .serialized, .timeLimit(.minutes(3))) struct BadSocketTests {
    @Test("Before the login only its own messages are taken; everything else ends that connection and no other")
    func beforeLogin() async throws {
        let cases: [(String, WebSocketCloseCode)] = [
            (#"{"mt":"Hologram"}"#, .policyViolation),
            (#"{"mt":"PbxInfo","domain":"example.com","pbx":"evil","apis":["Services"]}"#, .policyViolation),
            (#"{"api":"Services","mt":"ServicesInfo","services":[]}"#, .policyViolation), (#"{"mt":"KeepAlive"}"#, .policyViolation),
            ("nonsense", .protocolError), ("", .protocolError), ("[]", .protocolError), (#"{"mt":7}"#, .protocolError),
            (String(repeating: "[", count: 60_000), .protocolError), (String(repeating: " ", count: 65_536), .messageTooBig),
        ]
        try await Workplace.open { workplace in
            for (message, code) in cases {
                try await workplace.connect { (connection) async throws in
                    #expect(try await connection.ask(message) == nil)
                    #expect(connection.closeReason?.code == code, "\(message.prefix(100))")
                }
            }
            try await workplace.converse()
        }
    }

    @Test("A login without a challenge or with another password is refused, and the second one ends the connection")
    func wrongLogin() async throws {
        try await Workplace.open { workplace in
            let domain = workplace.lab.configuration.domain
            try await workplace.connect { (connection) async throws in
                let refusal = #"{"mt":"AppLoginResult"}"#
                #expect(try await connection.ask(#"{"mt":"AppLogin","app":"x","sip":"anna","digest":"00"}"#) == refusal)
                #expect(try await connection.logIn(domain: domain, password: "guess") == refusal)
                #expect(try await connection.receiveText() == nil)
            }
            try await workplace.converse()
        }
    }

    @Test("After the login what nobody knows is answered or ignored, and a user cannot speak for the PBX")
    func afterLogin() async throws {
        try await Workplace.open { workplace in
            let password = workplace.lab.configuration.instancePassword
            let domain = workplace.lab.configuration.domain
            try await workplace.connect { (connection) async throws in
                #expect(try await connection.logIn(domain: domain, password: password)?.contains(#""ok":true"#) == true)
                for message in [
                    "nonsense", "[]", "", #"{"mt":7}"#, #"{"mt":"Hologram"}"#, #"{"mt":"AppLogin"}"#,
                    #"{"api":"Services","mt":"ServicesInfo","services":[]}"#,
                    #"{"mt":"PbxInfo","domain":"example.com","pbx":"evil","apis":["Services"]}"#,
                    #"{"api":"Services","mt":"GetServiceLoginResult","error":{}}"#,
                    String(repeating: "[", count: 100_000),
                ] {
                    try await connection.send(text: message)
                }
                try await connection.send(binary: .init(string: "binary"))
                let answer = try await connection.ask(#"{"mt":"Hologram","src":{"deep":[1]}}"#)
                #expect(answer?.contains("HologramResult") == true)
                #expect(answer?.contains(#""src":{"deep":[1]}"#) == true)
                #expect(try await connection.ask(#"{"mt":"KeepAlive"}"#)?.contains("KeepAlive") == true)
            }
            #expect(try await workplace.readiness().contains("example.com/whatsapp pbx up"))
            try await workplace.converse()
        }
    }

    @Test("Frames that break the protocol end their connection with its code")
    func frames() async throws {
        let cases: [(String, [UInt8], Int)] = [
            ("unknown opcode", frame(0x83), 1_002), ("unknown control opcode", frame(0x8B), 1_002), ("reserved bit", frame(0xC1), 1_002),
            ("no mask", [0x81, 0x02, 0x7B, 0x7D], 1_002), ("ping in fragments", frame(0x09), 1_002),
            ("long ping", frame(0x89, Array(repeating: 0, count: 126)), 1_002), ("continuation of nothing", frame(0x80), 1_002),
            ("message within a message", frame(0x01) + frame(0x81), 1_002), ("close of one byte", frame(0x88, [3]), 1_002),
            ("close with 1005", frame(0x88, [0x03, 0xED]), 1_002), ("no UTF-8", frame(0x81, [0xC3, 0x28]), 1_007),
            ("an endless frame", [0x81, 0xFF, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4], 1_009),
        ]
        try await Workplace.open { workplace in
            for (name, bytes, code) in cases {
                try await RawSocket.open(workplace.service.application) { (socket) async throws in
                    socket.sendUpgrade(workplace.path)
                    #expect(try await socket.readResponse().status == 101)
                    socket.send(bytes)
                    #expect(try await socket.readCloseCode() == code, "\(name)")
                    socket.send(frame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)]))
                    #expect(await socket.readToEnd().isEmpty, "\(name)")
                }
            }
            try await workplace.converse()
        }
    }

    @Test("A connection that was kept alive over several requests still becomes a WebSocket, also if all came at once")
    func upgradeOfKeptConnection() async throws {
        let challenge = frame(#"{"mt":"AppChallenge"}"#)
        try await Workplace.open { workplace in
            let page = "GET \(workplace.path)/innovaphone-whatsapp.htm HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let post = "POST \(workplace.path)/webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
            for isPipelined in [false, true] {
                try await RawSocket.open(workplace.service.application) { (socket) async throws in
                    socket.send(page)
                    if isPipelined {
                        socket.send(post)
                        socket.sendUpgrade("\(workplace.path)/innovaphone-whatsapp")
                    }
                    #expect(try await socket.readResponse().status == 200)
                    if !isPipelined { socket.send(post) }
                    #expect(try await socket.readResponse().status == 401)
                    if !isPipelined { socket.sendUpgrade("\(workplace.path)/innovaphone-whatsapp") }
                    #expect(try await socket.readResponse().status == 101)
                    socket.send(challenge)
                    let (opcode, payload) = try await socket.readFrame()
                    #expect(opcode == 1)
                    #expect(String(decoding: payload, as: UTF8.self).contains("AppChallengeResult"))
                }
            }
            try await workplace.converse()
        }
    }

    @Test("Bytes that are no HTTP are refused, and a socket that says nothing hinders nobody")
    func noHTTP() async throws {
        try await Workplace.open { workplace in
            try await RawSocket.open(workplace.service.application) { silent in
                for text in ["\u{16}\u{3}\u{1}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET \(workplace.path) HTTP/1.1\r\n\r\n"] {
                    try await RawSocket.open(workplace.service.application) { (socket) async throws in
                        socket.send(text)
                        let status = try await socket.readResponse().status
                        #expect(status == 400 || status == 505, "\(text)")
                    }
                }
                try await workplace.converse()
                silent.send("GET \(workplace.path)/innovaphone-whatsapp.htm HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try await silent.readResponse().status == 200)
            }
        }
    }
}
