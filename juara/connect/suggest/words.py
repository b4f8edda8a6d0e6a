"""The words people and CRMs use: for columns, for files, and for what stands in them.

English, Indonesian, German and Portuguese, and the headers of the exports of Salesforce, HubSpot,
Pipedrive, Odoo, Zoho and Dynamics. Each phrase is written as `headers.tokens` leaves it: small
letters, single spaces.
"""


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a header says a column is. The earlier a phrase, the more it says.
FIELDS: dict[str, tuple[str, ...]] = {
    "id": _phrases(
        "id, record id, opportunity id, deal id, potential id, lead id, mql id, activity id,"
        " task id, event id, call id, meeting id, account id, company id, external id, unique id,"
        " do not modify opportunity, do not modify lead, do not modify account, key, number, no,"
        " code, reference, ref, uuid, guid, kode, nomor, no peluang, kode peluang, id peluang,"
        " nomor transaksi, kode transaksi, nomor faktur, no faktur, nomor, nr, nummer,"
        " angebotsnummer, vorgangsnummer, auftragsnummer, rechnungsnummer, angebotsnr, vorgangsnr,"
        " auftragsnr, rechnungsnr, belegnr, identificador, codigo, numero, invoice,"
        " order id, order number, invoice number, opportunity number, deal number"
    ),
    "name": _phrases(
        "deal name, opportunity name, potential name, lead name, name, title, topic, subject,"
        " opportunity, deal, activity name, task name, call title, meeting name, account name,"
        " company name, nama peluang, nama, judul, subjek, perihal, peluang, betreff, titel,"
        " bezeichnung, vorgang, nome do negocio, nome, titulo, assunto, negocio, oportunidade"
    ),
    "owner": _phrases(
        "owner, deal owner, opportunity owner, account executive, sales rep, sales agent,"
        " salesperson, sales person, salesman, owner name, owner id, rep, agent, seller, assigned"
        " to, assignee, assigned, responsible, user, sales executive, closer, sr, owned by,"
        " activity assigned to, assigned to user, pemilik, penjual, tenaga penjual, wiraniaga,"
        " sales, nama sales, petugas, ditugaskan kepada, penanggung jawab, pic, marketing,"
        " besitzer, inhaber, verkaufer, vertriebsmitarbeiter, zustandig, zustandiger,"
        " verantwortlich, bearbeiter, betreuer, proprietario, vendedor, responsavel, atribuido a,"
        " dono, consultor"
    ),
    "creator": _phrases(
        "created by, creator, creator id, author, entered by, logged by, activity created by,"
        " dibuat oleh, pembuat, erstellt von, angelegt von, ersteller, criado por, autor"
    ),
    "user": _phrases(
        "sdr, bdr, setter, sales development representative, sales engineer, presales, co owner,"
        " partner manager, sdr id, bdr id, telemarketer, qualified by"
    ),
    "stage": _phrases(
        "stage, deal stage, opportunity stage, sales stage, pipeline stage, phase, step, tahap,"
        " tahapan, fase, tingkat, verkaufsphase, vertriebsphase, stufe, etapa, estagio"
    ),
    "status": _phrases(
        "status, deal status, state, won lost, is won, won, closed won, status reason,"
        " opportunity status, lead status, activity status, status peluang, keadaan, zustand,"
        " situacao, estado, done, completed, selesai"
    ),
    "type": _phrases(
        "type, activity type, task type, task subtype, engagement type, event type, kind, channel,"
        " deal type, opportunity type, tipe, jenis, jenis kegiatan, jenis aktivitas, kategori,"
        " category, art, typ, aktivitatsart, tipo, categoria, lead type"
    ),
    "outcome": _phrases(
        "outcome, call outcome, meeting outcome, result, call result, disposition,"
        " call disposition, hasil, hasil panggilan, ergebnis, resultado, desfecho, loss reason,"
        " lost reason"
    ),
    "amount": _phrases(
        "amount, deal amount, value, deal value, close value, actual revenue, won amount, price,"
        " total, revenue, expected revenue, est revenue, deal size, contract value, acv, tcv, arr,"
        " mrr, sales, monthly revenue, total price, amount in company currency, nilai, jumlah,"
        " nominal, omzet, omset, harga, pendapatan, nilai penjualan, total penjualan, nilai"
        " kontrak, betrag, wert, umsatz, summe, auftragswert, preis, volumen, valor, montante,"
        " receita, preco, faturamento, net amount, gross amount"
    ),
    "currency": _phrases(
        "currency, currency code, currency of value, deal currency code, mata uang, wahrung, moeda"
    ),
    "closed": _phrases(
        "close date, closed date, won date, close time, closed at, closed on, actual close date,"
        " date closed, won time, won on, won at, closing date, closed, expected close date, est"
        " close date, order date, invoice date, sale date, tanggal tutup, tanggal penutupan,"
        " tanggal closing, tanggal menang, tanggal transaksi, tanggal penjualan, tanggal order,"
        " tgl closing, tgl tutup, abschlussdatum, abgeschlossen am, abschluss, gewonnen am,"
        " auftragsdatum, data de fechamento, data do fechamento, fechado em, fechamento, data da"
        " venda, date won, tanggal faktur"
    ),
    "created": _phrases(
        "created date, create date, created on, created at, created time, deal created, created,"
        " creation date, date created, engage date, open date, opened, add time, start date, date"
        " added, first contact date, date entered, tanggal dibuat, dibuat pada, tgl dibuat, dibuat,"
        " tanggal masuk, tanggal mulai, erstellt am, erstelldatum, angelegt am, erstellungsdatum,"
        " erstellt, criado em, data de criacao, criacao, lead created"
    ),
    "occurred": _phrases(
        "activity date, occurred at, occurred on, date time, datetime, start time, start,"
        " started at, call start time, meeting start time, due date, due to, due, timestamp, time,"
        " completed at, completed date, marked as done time, done at, change time, change date,"
        " changed at, changed on, edit date, from, tanggal kegiatan, tanggal aktivitas, waktu,"
        " jatuh tempo, tanggal kunjungan, tanggal panggilan, falligkeitsdatum, fallig am, beginn,"
        " zeitpunkt, startzeit, geandert am, data da atividade, vencimento, inicio, data hora,"
        " data e hora, alterado em, call date, meeting date, visit date, last modified"
    ),
    "day": _phrases("date, day, tanggal, tgl, hari, datum, tag, data, dia"),
    "duration_seconds": _phrases(
        "duration, call duration, duration seconds, duration minutes, length, talk time,"
        " duration hh mm ss, call duration in seconds, call duration in minutes, durasi, lama,"
        " lama panggilan, dauer, gesprachsdauer, duracao, meeting duration"
    ),
    "account": _phrases(
        "account, account name, company, company name, customer, customer name, organization,"
        " organisation, associated company, client, potential customer, related to, buyer, shop,"
        " store, outlet, toko, pelanggan, nama pelanggan, perusahaan, nama perusahaan, klien,"
        " kunde, kundenname, firma, unternehmen, organisation, cliente, empresa, conta, regarding"
    ),
    "product": _phrases(
        "product, product name, item, sku, article, service, package, produk, nama produk, barang,"
        " layanan, paket, produkt, artikel, produto, servico, plan"
    ),
    "origin": _phrases(
        "lead source, source, origin, original source, original traffic source, campaign, medium,"
        " source of lead, sumber, sumber prospek, asal, asal prospek, quelle, leadquelle, herkunft,"
        " origem, fonte, origem do lead"
    ),
    "url": _phrases("url, link, record url, deal url, record link, tautan, permalink"),
    "owner_name": _phrases("owner name, rep name, sales rep name, agent name, owner full name"),
    "owner_email": _phrases(
        "owner email, owner e mail, owner mail, rep email, sales rep email, agent email,"
        " email pemilik, email sales, owner email address"
    ),
    "owner_team": _phrases(
        "team, sales team, owner team, hubspot team, region, office, branch, territory, department,"
        " regional office, tim, cabang, wilayah, area, kantor, daerah, divisi, regional,"
        " vertriebsteam, niederlassung, gebiet, abteilung, equipe, time de vendas, filial, regiao"
    ),
    "parent": _phrases("deal id, opportunity id, opportunity, deal, associated deal, related deal"),
    "change_field": _phrases(
        "field, changed field, changed field key, field event, field key, property, property name,"
        " column, attribute, kolom, feld, geandertes feld, campo, field edited"
    ),
    "old_value": _phrases(
        "old value, from value, previous value, value before, nilai lama, alter wert, valor antigo,"
        " from stage, old stage"
    ),
    "percent": _phrases(
        "percent, percentage, split percentage, split percent, share, share percent, persen,"
        " persentase, prozent, anteil, percentual, percentagem"
    ),
    "change_value": _phrases(
        "new value, value, to value, new, to, nilai baru, neuer wert, novo valor, to stage,"
        " new stage"
    ),
}

# What a header of a list of people says.
PEOPLE: dict[str, tuple[str, ...]] = {
    "key": _phrases(
        "id, user id, owner id, employee id, sales agent, sales rep, agent, rep, salesperson,"
        " username, user name, login, employee number, staff id, nik, nip, id karyawan, kode sales,"
        " id sales, personalnummer, mitarbeiter, benutzer, usuario, matricula, vendedor, penjual,"
        " sales, crm id, key, user, owner, nama sales, code, kode"
    ),
    "name": _phrases(
        "name, full name, display name, employee name, first and last name, nama, nama lengkap,"
        " nama karyawan, nama sales, nama pegawai, vollstandiger name, nome, nome completo,"
        " sales agent, sales rep, salesperson, agent, rep, user, employee, owner"
    ),
    "first_name": _phrases("first name, given name, nama depan, vorname, primeiro nome"),
    "last_name": _phrases(
        "last name, surname, family name, nama belakang, nachname, sobrenome, ultimo nome"
    ),
    "email": _phrases(
        "email, e mail, email address, mail, work email, surel, alamat email, alamat surel,"
        " mailadresse, e mail adresse, endereco de email, correo"
    ),
    "team": _phrases(
        "team, sales team, manager, regional office, region, office, branch, department, division,"
        " territory, group, unit, area, country, business unit, team lead, supervisor, reports to,"
        " line manager, tim, regu, cabang, wilayah, kantor, divisi, departemen, daerah, atasan,"
        " manajer, penyelia, abteilung, niederlassung, gruppe, bereich, vorgesetzter, leiter,"
        " equipe, departamento, regiao, filial, gerente, time"
    ),
    "role": _phrases(
        "role, user role, access, peran, rolle, papel, permission set"
    ),
    "zone": _phrases("time zone, timezone, zona waktu, zeitzone, fuso horario"),
    "starts_on": _phrases(
        "start date, hire date, joined, join date, started on, starts on, date of joining,"
        " employed since, tanggal mulai, tanggal masuk, tanggal bergabung, mulai, eintritt,"
        " eintrittsdatum, data de inicio, data de admissao, admissao"
    ),
    "ends_on": _phrases(
        "end date, leave date, left on, termination date, last day, tanggal keluar, tanggal"
        " selesai, berakhir, austritt, austrittsdatum, data de saida, data de desligamento"
    ),
}  # fmt: skip

# What tells what a file is, from its name and from the words of its header.
FILES: dict[str, frozenset[str]] = {
    "deal": word_set(
        "deal deals opportunity opportunities oppty pipeline potential potentials"
        " orders order invoices closed won peluang transaksi penjualan kesepakatan"
        " faktur pesanan omzet verkaufschancen chancen abschlusse auftrage geschafte"
        " umsatze negocios oportunidades vendas pedidos contracts revenue"
    ),
    "activity": word_set(
        "activity activities call calls task tasks meeting meetings event events email"
        " emails engagement engagements visits visit demos kegiatan aktivitas panggilan"
        " rapat pertemuan kunjungan tugas aktivitaten anrufe telefonate termine besuche"
        " aufgaben atividades chamadas ligacoes reunioes visitas tarefas"
    ),
    "lead": word_set(
        "lead leads mql mqls sql prospect prospects prospek calon interessenten"
        " inquiries inquiry qualified"
    ),
    "account": word_set(
        "account accounts company companies customer customers organization"
        " organizations clients client stores outlets pelanggan perusahaan klien toko"
        " kunden firmen unternehmen clientes empresas contas contacts"
    ),
    "people": word_set(
        "user users team teams people rep reps employee employees staff agents agent"
        " salespeople members member hr karyawan pegawai tim orang anggota mitarbeiter"
        " benutzer nutzer personal usuarios equipe equipes pessoas vendedores"
        " funcionarios owners salesforce_users colleagues sales_team roster"
    ),
    "change": word_set(
        "history changes change changelog histories transitions flow riwayat perubahan"
        " verlauf anderungen historie historico alteracoes movements"
    ),
    "split": word_set("split splits pembagian"),
    "snapshot": word_set("snapshot snapshots"),
    "reference": word_set(
        "product products types type stages stage price prices pricebook catalog"
        " catalogue items lookup produk barang tahap jenis produkte artikel phasen"
        " produtos etapas tipos regions currencies skus"
    ),
    "ignore": word_set(
        "dictionary readme metadata fields columns schema documentation legend kamus"
        " keterangan feldliste dicionario"
    ),
}
# A word in the header that only one kind of file has.
HEADERS: dict[str, frozenset[str]] = {
    "deal": word_set("deal opportunity potential pipeline peluang negocio oportunidade"),
    "activity": word_set(
        "activity call meeting task due aktivitas kegiatan panggilan aktivitat anruf"
        " atividade outcome disposition duration durasi dauer kunjungan"
    ),
    "lead": word_set("lead mql prospect prospek landing contact origin"),
    "account": word_set(
        "industry sector employees website subsidiary headquarters industri sektor"
        " branche setor city zip annual subsidiary_of established"
    ),
    "change": word_set("old changed previous before lama alt antigo"),
    "people": word_set("hire joined role timezone vorname nachname surname manager"),
}

# The words that stand in columns, in ours. A phrase counts where it occurs as whole words.
STATUS: dict[str, tuple[str, ...]] = {
    "lost": _phrases(
        "lost, closed lost, lose, loss, dead, disqualified, cancelled, canceled, abandoned,"
        " rejected, declined, failed, churned, not won, kalah, gagal, batal, dibatalkan, ditolak,"
        " hilang, tidak jadi, verloren, storniert, abgelehnt, abgesagt, perdido, perdida,"
        " cancelado, recusado, no sale, out sold"
    ),
    "won": _phrases(
        "won, closed won, win, success, successful, sold, signed, paid, invoiced, contracted,"
        " menang, berhasil, deal, sukses, terjual, lunas, tutup menang, jadi, gewonnen,"
        " abgeschlossen gewonnen, verkauft, beauftragt, erfolgreich, ganho, ganha, vendido,"
        " fechado ganho, fechado, closed deal"
    ),
    "open": _phrases(
        "open, in progress, new, active, pending, prospecting, engaging, qualification,"
        " qualified, proposal, negotiation, contacted, draft, quotation, terbuka, berjalan, baru,"
        " proses, dalam proses, negosiasi, penawaran, prospek, offen, laufend, neu, in arbeit,"
        " verhandlung, angebot, aberto, em andamento, novo, proposta, negociacao"
    ),
}
ACTIVITY_TYPE: dict[str, tuple[str, ...]] = {
    "call": _phrases(
        "call, calls, phone, phone call, telephone, cold call, telepon, telpon, panggilan, anruf,"
        " telefonat, telefon, ligacao, chamada, telefonema, outbound call"
    ),
    "email": _phrases("email, e mail, mail, emails, surel, nachricht, correio"),
    "demo": _phrases(
        "demo, demonstration, demos, presentation, product demo, demonstrasi, presentasi,"
        " vorfuhrung, prasentation, demonstracao, apresentacao"
    ),
    "meeting": _phrases(
        "meeting, meetings, appointment, event, visit, lunch, site visit, video call, rapat,"
        " pertemuan, kunjungan, janji temu, besprechung, termin, besuch, treffen, reuniao, visita,"
        " encontro, compromisso"
    ),
    "task": _phrases(
        "task, to do, todo, tugas, tindak lanjut, aufgabe, wiedervorlage, tarefa, deadline"
    ),
    "note": _phrases("note, notes, comment, catatan, notiz, kommentar, nota, comentario"),
}
ACTIVITY_STATUS: dict[str, tuple[str, ...]] = {
    "done": _phrases(
        "done, true, yes, completed, complete, closed, finished, selesai, ya, erledigt, ja,"
        " abgeschlossen, concluida, concluido, feito, sim"
    ),
    "planned": _phrases(
        "planned, false, no, open, not started, scheduled, pending, to do, upcoming, belum,"
        " tidak, direncanakan, offen, nein, geplant, nicht begonnen, pendente, nao, planejado"
    ),
}
OUTCOME: dict[str, tuple[str, ...]] = {
    "no_answer": _phrases(
        "no answer, not answered, unanswered, no response, missed, tidak diangkat, tidak dijawab,"
        " tidak terjawab, nicht erreicht, keine antwort, nao atendeu, sem resposta"
    ),
    "voicemail": _phrases(
        "voicemail, left voicemail, left voice mail, voice mail, pesan suara, mailbox,"
        " anrufbeantworter, caixa postal, left live message, left message"
    ),
    "busy": _phrases("busy, line busy, sibuk, besetzt, ocupado"),
    "no_show": _phrases(
        "no show, noshow, did not attend, tidak hadir, nicht erschienen, nao compareceu"
    ),
    "cancelled": _phrases(
        "cancelled, canceled, batal, dibatalkan, abgesagt, storniert, cancelada, cancelado"
    ),
    "connected": _phrases(
        "connected, answered, reached, spoke, interested, conversation, terhubung, diangkat,"
        " dijawab, tersambung, erreicht, verbunden, atendeu, atendida, conectado"
    ),
    "held": _phrases(
        "held, completed, done, attended, took place, terlaksana, selesai, hadir,"
        " stattgefunden, durchgefuhrt, realizada, realizado, concluida"
    ),
}
ROLE: dict[str, tuple[str, ...]] = {
    "admin": _phrases("admin, administrator, super admin, system administrator, owner, revops"),
    "executive": _phrases("executive, ceo, cro, director, vp, direktur, geschaftsfuhrer, diretor"),
    "manager": _phrases(
        "manager, sales manager, team lead, lead, supervisor, head, manajer, kepala, penyelia,"
        " teamleiter, leiter, gerente, supervisora"
    ),
    "rep": _phrases(
        "rep, sales rep, agent, sales, user, member, standard, salesperson, staf, staff, penjual,"
        " verkaufer, vendedor, sdr, bdr, account executive, ae"
    ),
}
CHANGED: dict[str, tuple[str, ...]] = {
    "stage": _phrases("stage, stage id, stage name, deal stage, tahap, phase, etapa, dealstage"),
    "owner": _phrases(
        "owner, owner id, user id, user, assigned to, pemilik, besitzer, proprietario,"
        " hubspot owner id"
    ),
}
