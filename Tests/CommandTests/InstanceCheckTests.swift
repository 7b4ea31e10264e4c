import AppService
import Bridge
import Testing

@testable import whatsapp_connector

@Suite("What check says of an instance")
struct InstanceCheckTests {
    private let address: InstanceAddress
    private let sealed: SealedValue

    init() throws {
        address = try InstanceAddress(domain: "example.com", name: "whatsapp")
        let key = try #require(SealingKey(bytes: Array(repeating: 7, count: 32)))
        sealed = try Sealer(key: key).seal(Secret("x"), for: SealingContext(instance: address, field: "password"))
    }

    private func configuration(password: Bool = true, appSecret: Bool = true, numbers: [NumberConfiguration] = []) -> InstanceConfiguration {
        InstanceConfiguration(
            address: address,
            password: password ? Secret("p") : nil,
            graph: GraphConfiguration(appSecret: appSecret ? Secret("a") : nil),
            accounts: [AccountConfiguration(waba: "1", token: Secret("t"), numbers: numbers)]
        )
    }

    private func number(_ id: String, zone: String? = nil) -> NumberConfiguration {
        NumberConfiguration(id: PhoneNumberID(rawValue: id), app: "connect", zone: zone.map(Zone.init(rawValue:)))
    }

    private func warnings(_ configuration: InstanceConfiguration, _ stored: StoredSettings? = nil, hasManager: Bool = false) -> [String] {
        InstanceCheck(configuration: configuration, stored: stored, hasManager: hasManager).warnings().map(\.description)
    }

    private let noPassword = "warning  example.com/whatsapp has no password: nobody can log in to it until one is set; add passwordFile"
    private let noAppSecret =
        "warning  example.com/whatsapp has no app secret: POST to its webhook answers 403, because nothing proves that Meta sent it; add appSecretFile in its graph section"

    @Test("Nothing, if all is there")
    func complete() {
        #expect(warnings(configuration(numbers: [number("7", zone: "whatsapp")])) == [])
    }

    @Test("How many messages are held since a backup was put back, and what to do about them")
    func held() {
        let configuration = configuration(numbers: [number("7", zone: "whatsapp")])
        let lines = InstanceCheck(configuration: configuration, hasManager: false, heldMessages: 3).warnings().map(\.description)
        #expect(
            lines == [
                "warning  example.com/whatsapp: 3 messages to customers held since the backup was put back, because they may have been sent after "
                    + "it was made; look at them in Connect, then send what is missing with replay"
            ])
    }

    @Test("That nobody can log in, unless a PBX can set the password or one is stored")
    func password() {
        #expect(warnings(configuration(password: false)) == [noPassword])
        #expect(warnings(configuration(password: false), hasManager: true) == [])
        #expect(warnings(configuration(password: false), StoredSettings(secrets: [.password: sealed])) == [])
    }

    @Test("Why POST would answer 403, unless an app secret is stored")
    func appSecret() {
        #expect(warnings(configuration(appSecret: false)) == [noAppSecret])
        #expect(warnings(configuration(appSecret: false), StoredSettings(secrets: [.appSecret: sealed])) == [])
    }

    @Test("A secret of the file that was taken over and is stored no more does not count")
    func removedSeed() {
        let stored = StoredSettings(seeds: ["graph/appSecret": "0011", "password": "2233"])
        #expect(warnings(configuration(), stored) == [noPassword, noAppSecret])
    }

    @Test("Numbers without a zone, as they are stored and not as the file has them")
    func zones() {
        let file = [
            number("1"), number("2"), number("3"),
            number("4", zone: "whatsapp"),
        ]
        #expect(warnings(configuration(numbers: file)).count == 3)
        let stored = StoredSettings(
            numbers: [
                PhoneNumberID(rawValue: "1"): .init(account: "1", zone: Zone(rawValue: "whatsapp")),
                PhoneNumberID(rawValue: "2"): .init(account: "1", deletedAt: Moment(milliseconds: 0)),
                PhoneNumberID(rawValue: "4"): .init(account: "1", zone: nil),
                PhoneNumberID(rawValue: "5"): .init(account: "1", zone: nil),
            ],
            seeds: ["number/1": "00", "number/2": "00", "number/4": "00"]
        )
        #expect(
            warnings(configuration(numbers: file), stored)
                == ["3", "4", "5"].map { "warning  example.com/whatsapp: number \($0) has no zone: its messages wait until one is chosen" }
        )
        #expect(InstanceCheck(configuration: configuration(numbers: file), stored: stored, hasManager: false).size == "1 account, 4 numbers")
    }
}
