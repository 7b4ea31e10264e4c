import Protocol
import Testing

@Suite("Messages of the Services API")
struct ServicesMessageTests {
    func read<Message: AppWebsocketMessage>(_ type: Message.Type, _ text: String) throws -> Message {
        let envelope = try Envelope(text)
        #expect(envelope.mt == Message.mt)
        #expect(envelope.api == "Services")
        return try Message(envelope)
    }

    func read<Message: AppWebsocketMessage>(_ text: String) throws -> Message { try read(Message.self, text) }

    func written(_ message: some AppWebsocketMessage, src: RequestTag) -> String { String(decoding: message.encoded(src: src), as: UTF8.self) }

    @Test("Subscribing and unsubscribing")
    func subscription() throws {
        #expect(written(SubscribeServices(), src: "svc1") == #"{"api":"Services","mt":"SubscribeServices","src":"svc1"}"#)
        #expect(try read(#"{"api":"Services","mt":"SubscribeServices","src":"svc1"}"#) == SubscribeServices())
        #expect(written(SubscribeServicesResult(), src: "svc1") == #"{"api":"Services","mt":"SubscribeServicesResult","src":"svc1"}"#)
        #expect(try read(#"{"api":"Services","mt":"SubscribeServicesResult","src":"svc1"}"#) == SubscribeServicesResult())
        #expect(try read(SubscribeServicesResult.self, #"{"api":"Services","mt":"SubscribeServicesResult","error":5}"#).error == 5)
        #expect(written(UnsubscribeServices(), src: "svc1") == #"{"api":"Services","mt":"UnsubscribeServices","src":"svc1"}"#)
        #expect(try read(#"{"api":"Services","mt":"UnsubscribeServices"}"#) == UnsubscribeServices())
        #expect(written(UnsubscribeServicesResult(), src: "svc1") == #"{"api":"Services","mt":"UnsubscribeServicesResult","src":"svc1"}"#)
        #expect(try read(#"{"api":"Services","mt":"UnsubscribeServicesResult"}"#) == UnsubscribeServicesResult())
    }

    @Test("The list of services")
    func list() throws {
        let text =
            #"{"api":"Services","mt":"ServicesInfo","src":"svc1","services":[{"name":"connect","title":"Connect","url":"https://ap.example.com/example.com/connect/innovaphone-connect","info":{"apis":{"com.innovaphone.connect":{}}}}]}"#
        let message = try read(ServicesInfo.self, text)
        let service = try #require(message.services.first)
        #expect(service.name == "connect")
        #expect(service.title == "Connect")
        #expect(service.url == "https://ap.example.com/example.com/connect/innovaphone-connect")
        #expect(service.offers("com.innovaphone.connect"))
        #expect(!service.offers("com.innovaphone"))
        #expect(service.app == "innovaphone-connect")
        #expect(written(message, src: "svc1") == text)
    }

    @Test("Entries that are null, or have no info or no name, do no harm")
    func oddEntries() throws {
        let message = try read(
            ServicesInfo.self,
            #"{"api":"Services","mt":"ServicesInfo","services":[null,{"name":"a","info":null},1,{"title":"x"},{"name":"b","info":{"apis":null},"url":null},{"name":"c","info":"x","url":5}]}"#
        )
        #expect(message.services.map(\.name) == ["a", "b", "c"])
        #expect(message.services.allSatisfy { !$0.offers("com.innovaphone.connect") })
        #expect(message.services.map(\.app) == ["", "", "5"])
        #expect(try read(ServicesInfo.self, #"{"api":"Services","mt":"ServicesInfo","services":null}"#).services.isEmpty)
        #expect(try read(ServicesInfo.self, #"{"api":"Services","mt":"ServicesInfo"}"#).services.isEmpty)
    }

    @Test("Asking for a login")
    func request() throws {
        let text = #"{"api":"Services","mt":"GetServiceLogin","src":"svc2","app":"connect","challenge":"2718281828459045"}"#
        let message = GetServiceLogin(app: "connect", challenge: "2718281828459045")
        #expect(written(message, src: "svc2") == text)
        #expect(try read(text) == message)
        #expect(throws: MissingMember.self) { try read(GetServiceLogin.self, #"{"api":"Services","mt":"GetServiceLogin","app":"connect"}"#) }
        #expect(throws: MissingMember.self) { try read(GetServiceLogin.self, #"{"api":"Services","mt":"GetServiceLogin","challenge":"1"}"#) }
    }

    @Test("A login, whose info goes on byte for byte, and whose key is the target's")
    func login() throws {
        let info = AppWebsocketMessageTests.info
        let key =
            "833ece73b82034fa933078b6f1ee7ef585e70bfcc620cd291f2beae88f309ef1ec056098da51e0a66482dddf93027bde82e802c31aa1077ffd2741c3fa2cdae5"
        let text =
            #"{"api":"Services","mt":"GetServiceLoginResult","src":"svc2","domain":"example.com","sip":"connector","guid":"00112233445566778899aabbccddeeff","dn":"Connector","pbxObj":"connect","app":"innovaphone-connect","info":\#(info),"digest":"c930e0936cf4040da55173c124ae8180d4ed942821314ae1f7d3c328880d37fa","salt":"4fzyo82mvyr","key":"\#(key)"}"#
        let message = try read(GetServiceLoginResult.self, text)
        #expect(message == .login(ServiceLogin(login: AppWebsocketMessageTests.serviceLogin, salt: "4fzyo82mvyr", key: key)))
        #expect(written(message, src: "svc2") == text)
        guard case .login(let login) = message else { return }
        #expect(
            login.sessionKey(under: SessionKey(challenge: "9876543210123456", password: "Tr0ub4dor&3"))
                == SessionKey(challenge: "2718281828459045", password: "connectPwd"))
        #expect(login.sessionKey(under: SessionKey(challenge: "9876543210123456", password: "wrong")) == nil)
    }

    @Test("A refusal with an error of any type", arguments: ["true", "1", #""not found""#, #"{"code":1}"#, "[]"])
    func refusal(error: String) throws {
        let text = #"{"api":"Services","mt":"GetServiceLoginResult","src":"svc2","error":\#(error),"errorText":"no"}"#
        let message = try read(GetServiceLoginResult.self, text)
        #expect(message == .refused(error: try JSON(Array(error.utf8)), errorText: "no"))
        #expect(written(message, src: "svc2") == text)
    }

    @Test("An answer that is neither login nor refusal means nothing", arguments: ["{}", #"{"error":false}"#, #"{"error":0,"digest":null}"#])
    func neither(members: String) {
        #expect(throws: MissingMember.self) {
            try read(
                GetServiceLoginResult.self, (#"{"api":"Services","mt":"GetServiceLoginResult","# + members.dropFirst()).replacing(",}", with: "}"))
        }
    }
}
