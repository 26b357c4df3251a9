-- What the seed is made of: repeatable "random" numbers, ids derived from md5, and the words of fourteen languages.
-- Lives in a schema of its own, which the last file drops. Every value depends on row numbers only, so each run gives
-- the same rows; only times move, being counted back from now().
create schema seed;

-- A version 4 looking UUID of a kind of row and its number.
create function seed.id(kind text, n bigint) returns uuid language sql immutable parallel safe return
  overlay(overlay(md5(kind || n) placing '4' from 13) placing substr('89ab', (n & 3)::int + 1, 1) from 17)::uuid;

-- 0 .. choices - 1; salt keeps the columns of one row independent of each other.
create function seed.pick(n bigint, salt bigint, choices int) returns int language sql immutable parallel safe return
  ((hashint8extended(n, salt) & 2147483647) % choices)::int;

-- 0 <= u < 1
create function seed.u(n bigint, salt bigint) returns float8 language sql immutable parallel safe return
  (hashint8extended(n, salt) & 16777215) / 16777216.0;

-- Some time since `since`, more often recently than long ago.
create function seed.since(since timestamptz, n bigint, salt bigint) returns timestamptz language sql stable parallel safe return
  now() - (now() - since) * power(seed.u(n, salt), 1.6);

-- When a row was last changed. One row in five during the last week: 06-audit.sql writes an entry for exactly these.
create function seed.changed(created timestamptz, n bigint) returns timestamptz language sql stable parallel safe return
  case
    when seed.pick(n, 901, 5) = 0 then now() - least(now() - created, interval '7 days') * power(seed.u(n, 902), 1.4)
    when created < now() - interval '8 days' and seed.pick(n, 903, 3) > 0
      then created + (now() - interval '8 days' - created) * seed.u(n, 904)
    else created
  end;

create table seed.locale (
  code text primary key,
  dialling text, country text, currency text,
  first_names text[], first_latin text[],
  last_names text[], last_latin text[],
  company text,                       -- format(): 1 a stem, 2 a trade
  stems text[], stems_latin text[],
  trades text[],
  cities text[],
  deals text[], subjects text[], notes text[],
  asks text[], replies text[]
);

-- Uncompressed and in the row itself: thousands of rows look words up here.
do $$
declare words text;
begin
  for words in select attname from pg_attribute where attrelid = 'seed.locale'::regclass and atttypid = 'text[]'::regtype loop
    execute format('alter table seed.locale alter column %I set storage plain', words);
  end loop;
end $$;

insert into seed.locale values
('en', '1', 'US', 'USD',
 '{Olivia,James,Amelia,Marcus,Grace,Daniel,Priya,Connor,Hannah,Elijah,Naomi,"Mary Anne"}', '{olivia,james,amelia,marcus,grace,daniel,priya,connor,hannah,elijah,naomi,maryanne}',
 '{Whitfield,Okafor,Brennan,Castillo,Hughes,O''Neill,Patel,Sinclair,Walker,Zhang,Ferreira}', '{whitfield,okafor,brennan,castillo,hughes,oneill,patel,sinclair,walker,zhang,ferreira}',
 '%1$s %2$s Inc.', '{Northwind,Bluepeak,Harborline,Ironwood,Silverlake,Redstone,Greenfield,Clearwater,Summit,Lighthouse}', '{northwind,bluepeak,harborline,ironwood,silverlake,redstone,greenfield,clearwater,summit,lighthouse}',
 '{Logistics,Health,Software,Foods,Energy,Partners}', '{Boston,Austin,Denver,Chicago,Portland}',
 '{Renewal,Expansion,Pilot,New business}', '{Discovery call,Send proposal,Contract review,Quarterly check-in,Demo of the new dashboard}',
 '{Asked for references in their own industry.,"Budget is approved, waiting for legal.","Very happy with support 🎉 – ask for a case study.",Prefers e-mail over calls.,"Decision moved to next quarter."}',
 '{Which deals close this month?,Summarise my open leads,Draft a follow-up to the proposal}', '{"Seven deals are due this month, three of them above 90%.","You have 12 open leads; four have had no contact for two weeks.","Here is a draft: thank you for your time yesterday …"}'),
('de', '49', 'DE', 'EUR',
 '{Anna,Lukas,Sophie,Jürgen,Käthe,Matthias,Heike,Björn,Lena,Florian}', '{anna,lukas,sophie,juergen,kaethe,matthias,heike,bjoern,lena,florian}',
 '{Müller,Schmidt,Weiß,Köhler,"von der Heide",Schäfer,Groß,Vogel,Bäcker}', '{mueller,schmidt,weiss,koehler,vonderheide,schaefer,gross,vogel,baecker}',
 '%1$s %2$s GmbH', '{Nordlicht,Bergmann,Rheinwerk,Süßwasser,Alpenblick,Weißdorn,Hansa,Küstenwind}', '{nordlicht,bergmann,rheinwerk,suesswasser,alpenblick,weissdorn,hansa,kuestenwind}',
 '{Logistik,Maschinenbau,Technik,Großhandel,Pflege}', '{München,Köln,Hamburg,Düsseldorf,Leipzig}',
 '{Vertragsverlängerung,Neukunde,Pilotprojekt,Rahmenvertrag}', '{Erstgespräch,Angebot nachfassen,Vertragsprüfung,Jahresgespräch}',
 '{"Wünscht ein Angebot bis Freitag.","Datenschutz prüft noch, Rückmeldung nächste Woche.","Sehr zufrieden mit der Einführung 👍","Ansprechpartner wechselt zum Quartalsende."}',
 '{Welche Angebote sind noch offen?,Fasse die Notizen zu Bergmann zusammen}', '{"Fünf Angebote sind offen, das älteste seit 34 Tagen.","Bergmann prüft den Rahmenvertrag; nächster Termin am Dienstag."}'),
('fr', '33', 'FR', 'EUR',
 '{Élodie,Thibault,Chloé,François,Noémie,Mathéo,Anaïs,Gaëlle,Jean-Luc,Océane}', '{elodie,thibault,chloe,francois,noemie,matheo,anais,gaelle,jean-luc,oceane}',
 '{Lefèvre,Dubois,"D''Arcy",Gérard,Moreau,Béranger,Rousseau,Le Goff,Peçanha}', '{lefevre,dubois,darcy,gerard,moreau,beranger,rousseau,legoff,pecanha}',
 '%1$s %2$s SARL', '{Lumière,Belvédère,Grand Ouest,Cœur de Ville,Étoile,Mistral,Vallée,Horizon}', '{lumiere,belvedere,grand-ouest,coeur-de-ville,etoile,mistral,vallee,horizon}',
 '{Conseil,Transports,Énergie,Bâtiment,Santé}', '{Lyon,Nîmes,Bordeaux,Orléans,Saint-Étienne}',
 '{Renouvellement,Nouveau marché,Projet pilote,Extension}', '{Appel de découverte,Relancer le devis,Réunion de cadrage,Point trimestriel}',
 '{"Attend l''accord de la direction générale.","Souhaite une démonstration sur site.","Ravi de la mise en service ✨","À rappeler après les congés d''été."}',
 '{Quelles affaires sont en négociation ?,Prépare un courriel de relance}', '{"Six affaires sont en négociation, pour 148 000 €.","Bonjour, je me permets de revenir vers vous au sujet du devis …"}'),
('es', '34', 'ES', 'EUR',
 '{Lucía,Íñigo,María José,Alejandro,Begoña,Joaquín,Inés,Andrés,Sofía,Núria}', '{lucia,inigo,mariajose,alejandro,begona,joaquin,ines,andres,sofia,nuria}',
 '{García,Muñoz,Ibáñez,Fernández,Peña,Castaño,Ruiz,Echeverría,Vázquez}', '{garcia,munoz,ibanez,fernandez,pena,castano,ruiz,echeverria,vazquez}',
 '%1$s %2$s S.L.', '{Mediterráneo,Montaña,Ibérica,Olivar,Cigüeña,Sierra,Litoral,Almendro}', '{mediterraneo,montana,iberica,olivar,ciguena,sierra,litoral,almendro}',
 '{Logística,Ingeniería,Alimentación,Consultoría,Energía}', '{Málaga,Valencia,A Coruña,Córdoba,Cádiz}',
 '{Renovación,Cliente nuevo,Proyecto piloto,Ampliación}', '{Primera llamada,Enviar propuesta,Revisión del contrato,¿Reunión mañana?}',
 '{"¡Muy interesados! Quieren empezar en enero.","Pendiente de la firma del director.","Prefiere que le llamen por la mañana ☀️","Pide descuento por pago anual."}',
 '{¿Qué oportunidades vencen esta semana?,Resume los clientes potenciales nuevos}', '{"Cuatro oportunidades vencen esta semana.","Hay nueve nuevos; tres llegaron por la web."}'),
('pl', '48', 'PL', 'PLN',
 '{Małgorzata,Łukasz,Agnieszka,Paweł,Żaneta,Michał,Elżbieta,Grzegorz,Zofia}', '{malgorzata,lukasz,agnieszka,pawel,zaneta,michal,elzbieta,grzegorz,zofia}',
 '{Wiśniewska,Wójcik,Dąbrowska,Zieliński,Szczęsna,Król,Piątek,Brzęczyszczykiewicz}', '{wisniewska,wojcik,dabrowska,zielinski,szczesna,krol,piatek,brzeczyszczykiewicz}',
 '%1$s %2$s sp. z o.o.', '{Wisła,Żubr,Złoty Kłos,Bałtyk,Podhale,Źródło,Mazowsze}', '{wisla,zubr,zloty-klos,baltyk,podhale,zrodlo,mazowsze}',
 '{Transport,Usługi,Żywność,Energetyka,Budownictwo}', '{Łódź,Kraków,Gdańsk,Wrocław,Rzeszów}',
 '{Przedłużenie umowy,Nowy klient,Pilotaż,Rozszerzenie}', '{Pierwsza rozmowa,Wysłać ofertę,Przegląd umowy,Spotkanie kwartalne}',
 '{"Prosi o ofertę na piśmie.","Czeka na decyzję zarządu.","Świetna współpraca 🙌","Oddzwonić po świętach."}',
 '{Które oferty wygasają w tym tygodniu?,Podsumuj nowe leady}', '{"W tym tygodniu wygasają trzy oferty.","Masz osiem nowych leadów, pięć z targów."}'),
('tr', '90', 'TR', 'TRY',
 '{Ayşe,Çağlar,İbrahim,Gülşah,Ömer,Işıl,Şebnem,Oğuz,Zeynep}', '{ayse,caglar,ibrahim,gulsah,omer,isil,sebnem,oguz,zeynep}',
 '{Yılmaz,Öztürk,Çelik,Şahin,Güneş,Kılıç,İnönü,Doğan}', '{yilmaz,ozturk,celik,sahin,gunes,kilic,inonu,dogan}',
 '%1$s %2$s A.Ş.', '{Boğaziçi,Çınar,Güneş,İpekyolu,Yıldız,Akdeniz,Şelale}', '{bogazici,cinar,gunes,ipekyolu,yildiz,akdeniz,selale}',
 '{Lojistik,Gıda,Yazılım,İnşaat,Enerji}', '{İstanbul,Diyarbakır,Eskişehir,Muğla,Şanlıurfa}',
 '{Yenileme,Yeni müşteri,Pilot proje,Genişletme}', '{İlk görüşme,Teklif gönder,Sözleşme incelemesi,Üç aylık toplantı}',
 '{"Teklifi pazartesi gününe kadar istiyor.","Bütçe onayı bekleniyor.","Destekten çok memnun 😊","Toplantı ertelendi."}',
 '{Bu ay kapanacak fırsatlar hangileri?,Yeni adayları özetle}', '{"Bu ay beş fırsat kapanıyor.","On bir yeni aday var, dördü fuardan."}'),
('el', '30', 'GR', 'EUR',
 '{Ελένη,Γιώργος,Κατερίνα,Νίκος,Δέσποινα,Στέλιος,Μαρία,Χρήστος}', '{eleni,giorgos,katerina,nikos,despoina,stelios,maria,christos}',
 '{Παπαδόπουλος,Οικονόμου,Νικολάου,Βασιλείου,Αγγελίδης,Κωνσταντίνου,Ζαχαρίου}', '{papadopoulos,oikonomou,nikolaou,vasileiou,angelidis,konstantinou,zachariou}',
 '%1$s %2$s Α.Ε.', '{Αιγαίο,Όλυμπος,Ακρόπολις,Ήλιος,Ποσειδών,Ελαιώνας}', '{aigaio,olympos,akropolis,ilios,poseidon,elaionas}',
 '{Μεταφορές,Τρόφιμα,Ενέργεια,Τεχνική,Ναυτιλία}', '{Αθήνα,Θεσσαλονίκη,Πάτρα,Ηράκλειο}',
 '{Ανανέωση,Νέος πελάτης,Πιλοτικό έργο,Επέκταση}', '{Πρώτη κλήση,Αποστολή προσφοράς,Έλεγχος σύμβασης,Τριμηνιαία συνάντηση}',
 '{"Περιμένει έγκριση από τη διοίκηση.","Θέλει επίδειξη στα γραφεία του.","Πολύ ευχαριστημένος 👌","Να τον καλέσουμε μετά τις γιορτές."}',
 '{Ποιες προσφορές λήγουν αυτή την εβδομάδα;}', '{"Τρεις προσφορές λήγουν έως την Παρασκευή."}'),
('ru', '7', 'KZ', 'EUR',
 '{Анастасия,Дмитрий,Екатерина,Сергей,Ольга,Алексей,Юлия,Пётр,Семён}', '{anastasia,dmitry,ekaterina,sergey,olga,alexey,yulia,pyotr,semyon}',
 '{Иванова,Кузнецов,Смирнова,Соловьёв,Щербакова,Фёдоров,Цветкова}', '{ivanova,kuznetsov,smirnova,solovyov,shcherbakova,fyodorov,tsvetkova}',
 'ТОО «%1$s %2$s»', '{Восток,Байтерек,Ёлка,Северное Сияние,Степь,Маяк}', '{vostok,baiterek,yolka,siyanie,step,mayak}',
 '{Логистика,Строй,Энерго,Торг,Сервис}', '{Алматы,Астана,Караганда,Шымкент}',
 '{Продление,Новый клиент,Пилотный проект,Расширение}', '{Первый звонок,Отправить предложение,Проверка договора,Квартальная встреча}',
 '{"Ждёт согласования бюджета.","Просит перезвонить в четверг.","Очень доволен поддержкой 👏","Решение перенесено на следующий квартал."}',
 '{Какие сделки закрываются в этом месяце?}', '{"В этом месяце закрываются шесть сделок."}'),
('ar', '971', 'AE', 'AED',
 '{فاطمة,محمد,ليلى,يوسف,نورة,خالد,مريم,عمر}', '{fatima,mohammed,layla,yousef,noura,khaled,mariam,omar}',
 '{الحداد,المنصوري,النجار,الشامسي,الخطيب,السيد,بن راشد}', '{alhaddad,almansoori,alnajjar,alshamsi,alkhatib,alsayed,binrashid}',
 'شركة %1$s %2$s', '{النخيل,الواحة,الصقر,اللؤلؤة,الخليج,المنارة}', '{alnakheel,alwaha,alsaqr,allulua,alkhaleej,almanara}',
 '{للتجارة,للنقل,للطاقة,للتقنية,للمقاولات}', '{دبي,أبوظبي,الشارقة,العين}',
 '{تجديد العقد,عميل جديد,مشروع تجريبي,توسعة}', '{مكالمة أولى,إرسال العرض,مراجعة العقد,اجتماع ربع سنوي}',
 '{"ينتظر موافقة الإدارة على الميزانية.","يفضل التواصل عبر البريد الإلكتروني.","سعيد جدًا بالخدمة 🌟","طلب خصمًا بنسبة 10% على عقد CRM."}',
 '{ما هي الصفقات التي تغلق هذا الشهر؟}', '{"خمس صفقات تغلق هذا الشهر."}'),
('he', '972', 'IL', 'ILS',
 '{נועה,איתן,תמר,יונתן,שירה,אורי,מיכל,דוד}', '{noa,eitan,tamar,yonatan,shira,uri,michal,david}',
 '{כהן,לוי,מזרחי,פרידמן,בן־דוד,אברהם,שפירא}', '{cohen,levi,mizrahi,friedman,bendavid,avraham,shapira}',
 '%1$s %2$s בע״מ', '{הגליל,אורנים,כרמל,נגב,מגדלור,שקד}', '{hagalil,oranim,carmel,negev,migdalor,shaked}',
 '{לוגיסטיקה,תוכנה,אנרגיה,מזון,בנייה}', '{תל אביב,חיפה,ירושלים,באר שבע}',
 '{חידוש,לקוח חדש,פיילוט,הרחבה}', '{שיחת היכרות,לשלוח הצעה,בדיקת חוזה,פגישה רבעונית}',
 '{"מחכה לאישור תקציב.","מבקש הדגמה במשרד.","מרוצה מאוד מהתמיכה 💙","לחזור אליו אחרי החגים (CRM v2)."}',
 '{אילו עסקאות נסגרות החודש?}', '{"ארבע עסקאות נסגרות החודש."}'),
('zh', '86', 'CN', 'CNY',
 '{伟,芳,秀英,敏,静,建国,子涵,雨桐}', '{wei,fang,xiuying,min,jing,jianguo,zihan,yutong}',
 '{王,李,张,刘,陈,欧阳,赵,司马}', '{wang,li,zhang,liu,chen,ouyang,zhao,sima}',
 '%1$s%2$s有限公司', '{东方,长江,金龙,华信,明月,远航}', '{dongfang,changjiang,jinlong,huaxin,mingyue,yuanhang}',
 '{科技,物流,贸易,能源,医疗}', '{上海,深圳,成都,杭州}',
 '{续约,新客户,试点项目,扩容}', '{首次沟通,发送报价,合同审核,季度回访}',
 '{"等待财务部门审批。","希望下周安排现场演示。","对服务非常满意 👍","需要中英文合同各一份。"}',
 '{本月有哪些商机要成交?}', '{"本月有六个商机预计成交。"}'),
('ja', '81', 'JP', 'JPY',
 '{さくら,太郎,陽菜,健一,美咲,大輔,ゆい,翔}', '{sakura,taro,hina,kenichi,misaki,daisuke,yui,sho}',
 '{佐藤,鈴木,髙橋,田中,渡邊,小林,五十嵐}', '{sato,suzuki,takahashi,tanaka,watanabe,kobayashi,igarashi}',
 '株式会社%1$s%2$s', '{富士,桜,みなと,日の出,ひかり,朝日}', '{fuji,sakura,minato,hinode,hikari,asahi}',
 '{商事,工業,物流,システム,フーズ}', '{東京,大阪,名古屋,札幌}',
 '{契約更新,新規,パイロット,追加導入}', '{初回打ち合わせ,見積書の送付,契約書の確認,四半期レビュー}',
 '{"稟議の結果待ちです。","来週のデモを希望。","サポートにとても満足 🙇","連絡はメールでお願いしたいとのこと。"}',
 '{今月クローズ予定の案件は?}', '{"今月は5件がクローズ予定です。"}'),
('ko', '82', 'KR', 'KRW',
 '{지우,민준,서연,도윤,하은,현우,수빈}', '{jiwoo,minjun,seoyeon,doyoon,haeun,hyunwoo,subin}',
 '{김,이,박,최,정,남궁}', '{kim,lee,park,choi,jung,namgung}',
 '(주)%1$s%2$s', '{한빛,무지개,대한,가온,새벽}', '{hanbit,mujigae,daehan,gaon,saebyeok}',
 '{물류,전자,식품,에너지,소프트}', '{서울,부산,인천,대전}',
 '{갱신,신규 고객,시범 사업,확장}', '{첫 통화,견적서 발송,계약 검토,분기 점검}',
 '{"예산 승인 대기 중입니다.","다음 주 시연을 원합니다.","지원에 매우 만족 😀","이메일 연락을 선호합니다."}',
 '{이번 달에 마감되는 거래는?}', '{"이번 달에 네 건이 마감됩니다."}'),
('hi', '91', 'IN', 'INR',
 '{आरव,अनन्या,रोहन,प्रिया,विक्रम,दीपिका,अर्जुन}', '{aarav,ananya,rohan,priya,vikram,deepika,arjun}',
 '{शर्मा,वर्मा,गुप्ता,सिंह,अय्यर,चतुर्वेदी}', '{sharma,verma,gupta,singh,iyer,chaturvedi}',
 '%1$s %2$s प्रा. लि.', '{गंगा,सूर्य,हिमालय,भारत,नवयुग}', '{ganga,surya,himalaya,bharat,navyug}',
 '{लॉजिस्टिक्स,टेक,ऊर्जा,फूड्स,निर्माण}', '{मुंबई,पुणे,बेंगलुरु,जयपुर}',
 '{नवीनीकरण,नया ग्राहक,पायलट,विस्तार}', '{पहली कॉल,प्रस्ताव भेजें,अनुबंध समीक्षा,त्रैमासिक बैठक}',
 '{"बजट की मंज़ूरी का इंतज़ार है।","अगले सप्ताह डेमो चाहते हैं।","सेवा से बहुत ख़ुश 🙏","ईमेल से संपर्क करना बेहतर है।"}',
 '{इस महीने कौन से सौदे बंद होंगे?}', '{"इस महीने तीन सौदे बंद होंगे।"}');
