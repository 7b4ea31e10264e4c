import Bridge
import Testing

@testable import AppService

@Suite("Zones of several Connect apps") struct ConnectPlaceTests {
    @Test(
        "A zone and its app make one zone for the bridge, and come out of it again",
        arguments: [
            ("connect", "whatsapp", "whatsapp"), ("Connect", "whatsapp", "whatsapp"), ("connect2", "whatsapp", "whatsapp@connect2"),
            ("SALES", "Desk", "Desk@sales"), ("a/b", "c/d", "c/d@a/b"),
        ])
    func roundTrip(_ app: String, _ topic: String, _ zone: String) {
        let place = ConnectPlace(app: app, topic: topic)
        #expect(place.zone == Zone(rawValue: zone))
        #expect(ConnectPlace(place.zone) == place)
    }
}
