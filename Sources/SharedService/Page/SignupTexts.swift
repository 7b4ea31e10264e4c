import Protocol

/// The page's texts.
struct SignupTexts: Sendable {
    /// The languages that the page speaks.
    enum Language: String, Sendable, CaseIterable {
        case en, de

        /// The language that the instance asked for, or else the one of ours that the browser likes best.
        init(_ wanted: String?, acceptLanguage: String) {
            let offers = acceptLanguage.prefix(500).split(separator: ",").map { offer -> (language: String, weight: Double) in
                let parts = offer.split(separator: ";").map { $0.filter { $0 != " " } }
                let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
                return (String((parts.first ?? "").prefix(2)).lowercased(), weight)
            }
            let liked = offers.filter { Language(rawValue: $0.language) != nil && $0.weight > 0 }.max { $0.weight < $1.weight }
            self = wanted.flatMap(Language.init(rawValue:)) ?? liked.flatMap { Language(rawValue: $0.language) } ?? .en
        }
    }

    private let language: Language

    init(_ language: Language) { self.language = language }

    private func text(_ english: String, _ german: String) -> String {
        switch language {
        case .en: english
        case .de: german
        }
    }

    var title: String { text("Connect WhatsApp", "WhatsApp verbinden") }
    var begin: String { text("Continue with Meta", "Weiter mit Meta") }
    var giveUp: String { text("Cancel", "Abbrechen") }
    var confirm: String { text("Take over", "Übernehmen") }
    var decline: String { text("Leave it there", "Dort lassen") }
    var instanceLabel: String { text("Instance", "Instanz") }
    var addressLabel: String { text("Address", "Adresse") }
    var noScript: String {
        text(
            "This page needs JavaScript. Switch it on and load the page again.",
            "Diese Seite braucht JavaScript. Schalten Sie es ein und laden Sie die Seite neu.")
    }
    var unknown: String {
        text(
            "This link has expired or was never valid. Go back to the settings of your connector and start again.",
            "Dieser Link ist abgelaufen oder war nie gültig. Gehen Sie zurück zu den Einstellungen Ihres Connectors und beginnen Sie neu.")
    }
    var elsewhere: String {
        text(
            "This is already being completed in another window. Close this one and go on there.",
            "Das wird bereits in einem anderen Fenster abgeschlossen. Schließen Sie dieses und machen Sie dort weiter.")
    }
    var warning: String {
        text(
            "This instance will be able to read and send the messages of the account that you choose. Continue only if you have just started this in its settings yourself. If somebody sent you this link, close the page.",
            "Diese Instanz kann danach die Nachrichten des Kontos, das Sie auswählen, lesen und senden. Machen Sie nur weiter, wenn Sie das soeben selbst in ihren Einstellungen begonnen haben. Hat Ihnen jemand diesen Link geschickt, schließen Sie die Seite."
        )
    }
    var takeover: String {
        text(
            "This account, or a number of it, is joined with another instance at the moment. If you take it over, that one gets no more messages of it.",
            "Dieses Konto oder eine seiner Nummern ist zurzeit mit einer anderen Instanz verbunden. Wenn Sie es übernehmen, bekommt jene keine Nachrichten davon mehr."
        )
    }

    var coexistence: String { text("Keep using the number in the WhatsApp Business app", "Nummer weiterhin in der WhatsApp Business App nutzen") }
    var coexistenceHint: String {
        text(
            "Only for a number that is in use there already. App and connector then share it.",
            "Nur für eine Nummer, die dort bereits genutzt wird. App und Connector teilen sie sich dann.")
    }

    func introduction(_ start: Pairing.Start) -> String {
        switch (start.kind, start.account) {
        case (.number, let account?):
            text(
                "Add a phone number to the WhatsApp Business Account \(account). In Meta's dialog, choose this account and register a new phone number.",
                "Fügen Sie dem WhatsApp-Business-Konto \(account) eine Telefonnummer hinzu. Wählen Sie in Metas Dialog dieses Konto und registrieren Sie eine neue Telefonnummer."
            )
        default:
            text(
                "Choose in Meta's dialog which WhatsApp Business Account and which phone number shall be joined.",
                "Wählen Sie in Metas Dialog, welches WhatsApp-Business-Konto und welche Telefonnummer verbunden werden sollen.")
        }
    }

    /// Why something failed. In English there is a sentence for each case; in German one for each word.
    func text(for refusal: Pairing.Refusal) -> String {
        guard language == .de else { return refusal.text }
        return switch refusal.known {
        case .expired: "Es hat länger als 15 Minuten gedauert. Beginnen Sie neu."
        case .cancelled: "Der Vorgang wurde abgebrochen. Beginnen Sie neu, wenn Sie ihn doch wollen."
        case .signupEnded: "Metas Dialog wurde beendet, bevor alles vollständig war. Versuchen Sie es noch einmal."
        case .codeRefused:
            "Meta hat den Code der Anmeldung nicht angenommen: Er wurde schon benutzt oder ist älter als 30 Sekunden. Versuchen Sie es noch einmal."
        case .tokenRefused:
            "Der Zugriff, der gewährt wurde, reicht nicht aus oder gilt für ein anderes Konto. Versuchen Sie es noch einmal und lassen Sie alle Berechtigungen eingeschaltet. (\(refusal.text))"
        case .boundElsewhere: "Das Konto gehört zu einer anderen Instanz und wurde dort gelassen."
        case .meta: "Meta hat abgelehnt oder nicht geantwortet. Versuchen Sie es in einer Minute noch einmal. (\(refusal.text))"
        case .badRequest, .notAuthorised, .notFound, .notReady, .tooMany, .internal, nil:
            "Der Dienst hat ein Problem. Versuchen Sie es später noch einmal."
        }
    }

    /// What the script says by itself.
    var script: [String: String] {
        [
            "loading": text("Loading Meta's dialog…", "Metas Dialog wird geladen …"),
            "blocked": text(
                "Meta's dialog could not be loaded. Allow scripts of connect.facebook.net, then load the page again.",
                "Metas Dialog konnte nicht geladen werden. Erlauben Sie Skripte von connect.facebook.net und laden Sie die Seite neu."),
            "open": text("Meta's dialog is open in another window.", "Metas Dialog ist in einem anderen Fenster offen."),
            "closed": text(
                "Meta's dialog was closed before it was complete. You can try again.",
                "Metas Dialog wurde geschlossen, bevor alles vollständig war. Sie können es noch einmal versuchen."),
            "working": text("One moment: the access is being set up…", "Einen Moment: Der Zugriff wird eingerichtet …"),
            "back": text("Done. You are taken back…", "Fertig. Sie werden zurückgebracht …"),
            "return": text("Back to the instance", "Zurück zur Instanz"),
            "offline": text(
                "The service did not answer. Check your connection, then load the page again.",
                "Der Dienst hat nicht geantwortet. Prüfen Sie Ihre Verbindung und laden Sie die Seite neu."),
        ]
    }
}
