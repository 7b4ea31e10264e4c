// The rows of the table, by what they are about. Texts are what the colleague reads after "Your post was not sent to the customer."

extension GraphErrorTable {
    /// The account: access, permissions, policy, payment.
    static let accountRows: [Row] = [
        Row(
            [0...0, 190...190],
            .stopAccount,
            en:
                "The access to WhatsApp has expired or was withdrawn. Please tell your administrator that the WhatsApp account must be connected again.",
            de:
                "Der Zugang zu WhatsApp ist abgelaufen oder wurde entzogen. Bitte informieren Sie Ihren Administrator: Das WhatsApp-Konto muss neu verbunden werden."
        ),
        Row(
            [104...104],
            .fail,
            en: "The connector asked WhatsApp without its access key. Please show this text to your administrator.",
            de: "Der Connector hat WhatsApp ohne seinen Zugangsschlüssel angefragt. Bitte zeigen Sie diesen Text Ihrem Administrator."
        ),
        Row(
            [3...3, 10...10, 200...299, 131005...131005],
            .fail,
            en: "A permission on the WhatsApp account is missing. Please tell your administrator.",
            de: "Eine Berechtigung für das WhatsApp-Konto fehlt. Bitte informieren Sie Ihren Administrator."
        ),
        Row(
            [368...368],
            .fail,
            en: "WhatsApp has restricted the account for a while because of its policies. Please tell your administrator.",
            de: "WhatsApp hat das Konto wegen seiner Richtlinien zeitweise eingeschränkt. Bitte informieren Sie Ihren Administrator."
        ),
        Row(
            [131031...131031],
            .fail,
            en: "WhatsApp has locked the account. Please tell your administrator to look into Meta's Business Manager.",
            de: "WhatsApp hat das Konto gesperrt. Bitte informieren Sie Ihren Administrator; er findet den Grund im Business Manager von Meta."
        ),
        Row(
            [131042...131042],
            .fail,
            en: "WhatsApp reports a problem with the payment for the account. Please tell your administrator to look into Meta's Business Manager.",
            de:
                "WhatsApp meldet ein Problem mit der Bezahlung des Kontos. Bitte informieren Sie Ihren Administrator; er kann es im Business Manager von Meta lösen."
        ),
        Row(
            [134011...134011],
            .fail,
            en: "WhatsApp's terms of payment have not been accepted yet. Please tell your administrator.",
            de: "Die Zahlungsbedingungen von WhatsApp sind noch nicht angenommen. Bitte informieren Sie Ihren Administrator."
        ),
    ]

    /// The service: faults, limits, the window.
    static let limitRows: [Row] = [
        Row(
            [1...1],
            .unclear(attempts: 2),
            en: "WhatsApp could not process it and does not say why. Please try again later.",
            de: "WhatsApp konnte die Nachricht nicht verarbeiten und nennt keinen Grund. Bitte später noch einmal versuchen."
        ),
        Row(
            [131000...131000],
            .unclear(attempts: 3),
            en: "WhatsApp failed and does not say why. Please send it again.",
            de: "WhatsApp hat einen Fehler gemeldet und nennt keinen Grund. Bitte noch einmal senden."
        ),
        Row(
            [2...2, 131016...131016, 133004...133004],
            .unavailable,
            en: "WhatsApp is not available at the moment. The connector goes on trying; there is nothing to do.",
            de: "WhatsApp ist im Moment nicht erreichbar. Der Connector versucht es weiter; Sie müssen nichts tun."
        ),
        Row(
            [131057...131057, 2494100...2494100],
            .maintenance(60_000),
            en: "WhatsApp is under maintenance for this number. The connector tries again in a minute; there is nothing to do.",
            de: "WhatsApp wartet gerade diese Rufnummer. Der Connector versucht es in einer Minute wieder; Sie müssen nichts tun."
        ),
        Row(
            [4...4, 17...17, 32...32, 613...613, 80007...80007],
            .callRate,
            en: "WhatsApp allows no more requests at the moment. The connector waits and sends it later; there is nothing to do.",
            de: "WhatsApp nimmt im Moment keine weiteren Anfragen an. Der Connector wartet und sendet später; Sie müssen nichts tun."
        ),
        Row(
            [130429...130429],
            .throughput,
            en: "Too many messages are being sent from this number. The connector slows down and sends it later; there is nothing to do.",
            de: "Über diese Rufnummer werden zu viele Nachrichten gesendet. Der Connector wird langsamer und sendet später; Sie müssen nichts tun."
        ),
        Row(
            [131056...131056],
            .pairRate,
            en: "Too many messages were sent to this customer in a short time. The connector waits and sends it later; there is nothing to do.",
            de: "An diesen Kunden wurden in kurzer Zeit zu viele Nachrichten gesendet. Der Connector wartet und sendet später; Sie müssen nichts tun."
        ),
        Row(
            [131048...131048],
            .fail,
            en:
                "WhatsApp has limited sending from this number because customers reported or blocked it. Please try again in a few hours, and tell your administrator.",
            de:
                "WhatsApp hat das Senden über diese Rufnummer begrenzt, weil Kunden sie gemeldet oder blockiert haben. Bitte in einigen Stunden noch einmal versuchen und den Administrator informieren."
        ),
        Row(
            [131047...131047],
            .window,
            en:
                "The customer's last message is more than 24 hours old, and WhatsApp lets us answer only within 24 hours. As soon as the customer writes again, you can answer.",
            de:
                "Die letzte Nachricht des Kunden ist älter als 24 Stunden, und WhatsApp erlaubt Antworten nur innerhalb von 24 Stunden. Sobald der Kunde wieder schreibt, können Sie antworten."
        ),
    ]

    /// The message, its file and its recipient.
    static let messageRows: [Row] = [
        Row(
            [33...33, 803...803],
            .fail,
            en: "The number or the file does not exist at WhatsApp any more, or the connector may not use it. Please tell your administrator.",
            de:
                "Die Rufnummer oder die Datei gibt es bei WhatsApp nicht mehr, oder der Connector darf sie nicht benutzen. Bitte informieren Sie Ihren Administrator."
        ),
        Row(
            [100...100], subcode: 33,
            .fail,
            en:
                "The number or the file does not exist at WhatsApp any more, or the connector may not use it. If a file was with it, attach it again; otherwise tell your administrator.",
            de:
                "Die Rufnummer oder die Datei gibt es bei WhatsApp nicht mehr, oder der Connector darf sie nicht benutzen. War eine Datei dabei, hängen Sie sie noch einmal an; sonst informieren Sie Ihren Administrator."
        ),
        Row(
            [100...100, 131008...131008, 131009...131009],
            .fail,
            en:
                "WhatsApp did not accept the form of the message. Please write it in another way; if that does not help, show this text to your administrator.",
            de:
                "WhatsApp hat die Nachricht in dieser Form nicht angenommen. Bitte schreiben Sie sie anders; hilft das nicht, zeigen Sie diesen Text Ihrem Administrator."
        ),
        Row(
            [130403...130403],
            .fail,
            en: "Your company has blocked this customer on WhatsApp. Unblock the customer there before you answer.",
            de: "Ihr Unternehmen hat diesen Kunden bei WhatsApp blockiert. Heben Sie das dort auf, bevor Sie antworten."
        ),
        Row(
            [130472...130472],
            .fail,
            en: "WhatsApp holds back messages to this customer for an experiment of its own. Please reach the customer in another way.",
            de: "WhatsApp hält Nachrichten an diesen Kunden wegen eines eigenen Versuchs zurück. Bitte erreichen Sie den Kunden auf anderem Weg."
        ),
        Row(
            [130497...130497],
            .fail,
            en: "WhatsApp does not allow messages to the customer's country. Please reach the customer in another way.",
            de: "WhatsApp erlaubt keine Nachrichten in das Land des Kunden. Bitte erreichen Sie den Kunden auf anderem Weg."
        ),
        Row(
            [131021...131021],
            .fail,
            en: "The customer's number is the business number itself, and nobody can write to oneself. Please check the number.",
            de: "Die Rufnummer des Kunden ist die eigene, und an sich selbst kann niemand schreiben. Bitte prüfen Sie die Rufnummer."
        ),
        Row(
            [131026...131026],
            .fail,
            en:
                "The customer cannot receive messages on WhatsApp at the moment (no WhatsApp, an old version, or terms not accepted). Please reach the customer in another way.",
            de:
                "Der Kunde kann im Moment keine Nachrichten über WhatsApp erhalten (kein WhatsApp, eine alte Version oder Bedingungen nicht angenommen). Bitte erreichen Sie den Kunden auf anderem Weg."
        ),
        Row(
            [131030...131030],
            .fail,
            en: "This is a test number, and the customer is not on its list of recipients. Please tell your administrator to add the customer.",
            de: "Dies ist eine Testnummer, und der Kunde steht nicht auf ihrer Empfängerliste. Bitte lassen Sie ihn vom Administrator eintragen."
        ),
        Row(
            [131049...131049],
            .fail,
            en: "WhatsApp did not deliver it, in order not to send the customer too many messages. Please try again after 24 hours at the earliest.",
            de:
                "WhatsApp hat nicht zugestellt, damit der Kunde nicht zu viele Nachrichten erhält. Bitte frühestens nach 24 Stunden noch einmal versuchen."
        ),
        Row(
            [131050...131050],
            .fail,
            en: "The customer does not want marketing messages from you. Please send none.",
            de: "Der Kunde möchte keine Werbenachrichten von Ihnen. Bitte senden Sie keine."
        ),
        Row(
            [131051...131051],
            .fail,
            en: "WhatsApp does not support this kind of message. Please send it as text or as a file.",
            de: "WhatsApp unterstützt diese Art von Nachricht nicht. Bitte senden Sie Text oder eine Datei."
        ),
        Row(
            [131052...131052],
            .fail,
            en: "The customer's file could not be loaded; it may be larger than 100 MB. Please ask the customer to send it again or in another way.",
            de:
                "Die Datei des Kunden ließ sich nicht laden; vielleicht ist sie größer als 100 MB. Bitten Sie den Kunden, sie noch einmal oder auf anderem Weg zu senden."
        ),
        Row(
            [131053...131053],
            .fail,
            en: "WhatsApp did not accept the file: its type or its size is not allowed. Please send it in another format, or smaller.",
            de:
                "WhatsApp hat die Datei nicht angenommen: Typ oder Größe sind nicht erlaubt. Bitte senden Sie sie in einem anderen Format oder kleiner."
        ),
        Row(
            [131060...131060],
            .fail,
            en: "WhatsApp cannot show this message yet. Please ask the customer to send it again.",
            de: "WhatsApp kann diese Nachricht noch nicht anzeigen. Bitten Sie den Kunden, sie noch einmal zu senden."
        ),
        Row(
            [131062...131062],
            .fail,
            en: "For this message WhatsApp needs the customer's telephone number. Please ask the customer for it.",
            de: "Für diese Nachricht braucht WhatsApp die Telefonnummer des Kunden. Bitte fragen Sie den Kunden danach."
        ),
        Row(
            [137000...137000],
            .fail,
            en:
                "The customer's telephone or number has changed, and WhatsApp wants to be sure that it is the same person. Please make sure of it, and tell your administrator.",
            de:
                "Telefon oder Rufnummer des Kunden haben sich geändert, und WhatsApp will sicher sein, dass es dieselbe Person ist. Bitte vergewissern Sie sich und informieren Sie Ihren Administrator."
        ),
        Row(
            [135000...135000],
            .fail,
            en: "WhatsApp could not send it and does not say why. Please write it in another way or try again later.",
            de: "WhatsApp konnte nicht senden und nennt keinen Grund. Bitte schreiben Sie anders oder versuchen Sie es später."
        ),
        Row(
            [131020...131020, 131041...131041, 131201...131207, 131209...131209],
            .fail,
            en: "WhatsApp refused the message to this group. Please write to the customers one by one.",
            de: "WhatsApp hat die Nachricht an diese Gruppe abgelehnt. Bitte schreiben Sie den Kunden einzeln."
        ),
        Row(
            [131208...131208],
            .unavailable,
            en: "WhatsApp accepts no more messages to this group at the moment. The connector sends it later; there is nothing to do.",
            de: "WhatsApp nimmt im Moment keine weiteren Nachrichten an diese Gruppe an. Der Connector sendet später; Sie müssen nichts tun."
        ),
    ]

    /// Registration, templates, forms.
    static let setupRows: [Row] = [
        Row(
            [131037...131037],
            .fail,
            en: "WhatsApp has not approved the number's display name yet. Please tell your administrator.",
            de: "WhatsApp hat den Anzeigenamen der Rufnummer noch nicht freigegeben. Bitte informieren Sie Ihren Administrator."
        ),
        Row(
            [131045...131045, 133010...133010],
            .fail,
            en: "The number is not registered at WhatsApp. Please tell your administrator to register it again.",
            de: "Die Rufnummer ist bei WhatsApp nicht registriert. Bitte lassen Sie sie vom Administrator neu registrieren."
        ),
        Row(
            [131063...131063, 131064...131064],
            .fail,
            en: "WhatsApp does not accept marketing messages from this account. Please tell your administrator.",
            de: "WhatsApp nimmt von diesem Konto keine Werbenachrichten an. Bitte informieren Sie Ihren Administrator."
        ),
        Row(
            [132000...132000, 132001...132001, 132005...132005, 132007...132007, 132012...132012, 132015...132015, 132016...132016, 132018...132018],
            .fail,
            en: "Something is wrong with the message template. Please tell your administrator to check it in Meta's WhatsApp Manager.",
            de: "Mit der Nachrichtenvorlage stimmt etwas nicht. Bitte lassen Sie sie vom Administrator im WhatsApp Manager von Meta prüfen."
        ),
        Row(
            [132068...132068],
            .fail,
            en: "WhatsApp has blocked the form that was to be sent. Please tell your administrator.",
            de: "WhatsApp hat das Formular gesperrt, das gesendet werden sollte. Bitte informieren Sie Ihren Administrator."
        ),
        Row(
            [132069...132069],
            .fail,
            en: "WhatsApp does not send this form so often at the moment. Please try again later.",
            de: "WhatsApp sendet dieses Formular im Moment nicht so oft. Bitte später noch einmal versuchen."
        ),
        Row(
            [133000...133000, 133005...133005, 133006...133006, 133008...133008, 133009...133009, 133015...133015, 133016...133016],
            .fail,
            en: "WhatsApp did not register the number. Please check the PIN, and try again later as the details say.",
            de:
                "WhatsApp hat die Rufnummer nicht registriert. Bitte prüfen Sie die PIN und versuchen Sie es später wieder, wie in den Einzelheiten angegeben."
        ),
        Row(
            [136024...136024],
            .fail,
            en: "The number is verified already. Please go on with its registration.",
            de: "Die Rufnummer ist bereits bestätigt. Bitte fahren Sie mit der Registrierung fort."
        ),
        Row(
            [2593107...2593107, 2593108...2593108],
            .fail,
            en: "The history of the WhatsApp Business app cannot be fetched any more. Please connect the account again.",
            de: "Der Verlauf der App WhatsApp Business lässt sich nicht mehr abrufen. Bitte verbinden Sie das Konto neu."
        ),
    ]
}
