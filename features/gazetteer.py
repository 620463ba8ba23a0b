"""Word lists of news English that the rules share: capitals, nouns of state, offices, kinds of organisation."""

from __future__ import annotations


def split_words(text: str) -> frozenset[str]:
    """The words of a list separated by blanks."""
    return frozenset(text.split())


def _words(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.replace("\n", " ").split(","))


# Capitals and seats of government that stand for governments in news prose.
CAPITALS = _words(
    """Abu Dhabi, Abuja, Accra, Addis Ababa, Algiers, Amman, Ankara, Athens, Baghdad, Baku, Bangkok, Beijing, Beirut,
    Belgrade, Berlin, Bern, Bogotá, Bogota, Brasília, Brasilia, Bratislava, Brussels, Bucharest, Budapest, Buenos
    Aires, Cairo, Canberra, Caracas, Colombo, Copenhagen, Damascus, Delhi, Dhaka, Doha, Dublin, Hanoi, Harare,
    Havana, Helsinki, Islamabad, Jakarta, Jerusalem, Kabul, Kathmandu, Khartoum, Kiev, Kyiv, Kuala Lumpur, Lima,
    Lisbon, London, Madrid, Manama, Manila, Mexico City, Minsk, Moscow, Muscat, Nairobi, New Delhi, Nicosia, Oslo,
    Ottawa, Paris, Phnom Penh, Prague, Pretoria, Pyongyang, Quito, Rabat, Rawalpindi, Riga, Riyadh, Rome, Sanaa,
    Santiago, Sarajevo, Seoul, Singapore, Skopje, Sofia, Stockholm, Taipei, Tallinn, Tashkent, Tbilisi, Tehran, Tel
    Aviv, Tirana, Tokyo, Tripoli, Tunis, Ulaanbaatar, Vienna, Vilnius, Warsaw, Washington, Wellington, Yerevan,
    Zagreb"""
)

# After a demonym these make it stand for the state: "Indian strikes", "Pakistani officials".
STATE_NOUNS = _words(
    """administration, aggression, agencies, aid, air force, aircraft, airstrike, airstrikes, allies, ally, ambassador,
    ambitions, approach, armed forces, army, assistance, assurances, attack, attacks, attempts, authorities, bases,
    bid, bombing, bombardment, cabinet, claims, commanders, commitment, concerns, cooperation, defence, defense,
    delegation, demand, demands, denials, diplomacy, diplomats, diplomatic, drones, economic policy, efforts,
    embassy, engagement, envoy, envoys, establishment, exchequer, fighter jets, firing, fire, forces, foreign
    ministry, foreign office, foreign policy, foreign secretary's office, generals, goals, government, guarantees,
    hegemony, hosts, influence, intelligence, interference, intervention, intransigence, invasion, involvement,
    jets, leaders, leadership, mediation, mediators, military, ministers, ministry, missile, missiles, mission,
    missions, nationalism, navy, negotiator, negotiators, nuclear, objections, offensive, offer, offers, officers,
    official, officials, operation, operations, planes, planners, policies, policy, policymakers, position, power,
    presence, pressure, pride, priorities, proposal, protests, provocation, public diplomacy, recognition, refusal,
    regime, resolve, response, restraint, restrictions, retaliation, role, rule, ruling, sanctions, security,
    security forces, shelling, side, silence, soldiers, sovereignty, spies, stance, state, statecraft, state
    department, statement, strategic, strategy, strike, strikes, support, tariff, tariffs, team, territory, threat,
    threats, trade policy, troops, victory, warnings, warplanes, weapons, withdrawal, treasury, patience,
    negotiations, agenda, readout"""
)

# After a demonym these never make it the state, also behind an adjective: people, firms, places, things.
PEOPLE_NOUNS = _words(
    """actor, analyst, analysts, army chief, artists, audience, author, banks, business, businesses, businessman,
    buyers, citizen, citizens, civilians, coast, commentators, companies, company, consumers, crude, culture,
    diaspora, doctor, economy, expert, experts, exporters, families, family, farmers, firm, firms, food, goods,
    importers, industry, investor, investors, journalist, journalists, king, man, market, markets, media, men,
    money, newspaper, newspapers, ocean, opinion, passport, people, president, press, prime minister, products,
    public, readers, refiners, refugees, rivals, scholar, scholars, soil, student, students, subcontinent,
    taxpayers, television, tourist, tourists, traders, voters, woman, women, workers, writer, writers, foreign
    minister, politicians"""
)

# Nouns behind which "in X" is a bond with a government, no place: "trust in Washington".
BOND_NOUNS = _words(
    "trust, faith, confidence, interest, belief, believe, believes, believed, trusts, trusted, partner, ally, "
    "friend, friends, disappointment, disappointed, confident, interested, invest, stake, patron, mistrust, change"
)
PLACE_PREPOSITIONS = _words(
    "in, at, near, outside, around, across, into, throughout, inside, within, downtown, central, via, leaving, left, "
    "reached, visiting, visited, outer, greater, suburban, leave"
)
# "to X" and "from X" are places where somebody moves.
MOVEMENT_WORDS = _words(
    """visit, visits, visited, trip, trips, flew, fly, flies, flying, flight, flights, flown, travel, travels,
    travelled, traveled, travelling, traveling, return, returned, returns, returning, arrive, arrives, arrived,
    head, heads, headed, heading, came, went, go, goes, going, gone, tour, road, drive, drove, way, journey,
    ambassador, envoy, dash, dashed, shuttle, shuttled, shuttling, move, moved, relocate, relocated, invited,
    invitation, summoned, miles, kilometres, kilometers, km, airport, back, land, landed, drives, migrated, come,
    comes, delegation, mission, stop, stopover, dispatched, reporting, reported, broadcast, speaking, line, lines,
    hour, hours, train, plane, ticket, pilgrimage"""
)
PLACE_HEADS = _words(
    """streets, street, residents, resident, city, outskirts, suburbs, suburb, capital, university, mayor, skies,
    heart, airport, centre, center, people, citizens, cities, bazaars, markets, hotels, corridors, south, north,
    east, west, traders, court, bureau"""
)
PLACE_FOLLOWERS = _words(
    """airport, hotel, hotels, restaurant, streets, street, traffic, residents, resident, skyline, think-tank,
    think-tanks, think, conference, office, bureau, newspaper, newspapers, meeting, meetings, summit, seminar, mall,
    suburb, suburbs, neighbourhood, neighborhood, police, court, university, bookshop, dinner, lunch, press,
    correspondent, hospital, school, club, market, mosque, bazaar, elite, elites, lobbyist, lobbyists, lawyer,
    lawyers, insider, insiders, intern, studio, studios, visit, people, drawing, café, cafe, hearing, round, venue,
    newsroom, newsrooms, columnist, landlord, taxi, weather, time, stop, leg, studios, editor, summer, winter,
    consensus, dispatch, desk, area"""
)

# A capitalised word right before a surname that is an office or form of address, not somebody's first name.
HONORIFICS = _words(
    """Mr, Mrs, Ms, Miss, Mx, Dr, Prof, Professor, Sir, Lord, Lady, Dame, Sheikh, President, Vice-President, Premier,
    Chancellor, Secretary, Prime, Minister, Governor, Gov, Senator, Sen, Congressman, Congresswoman,
    Representative, Rep,
    Mayor, Judge, Justice, Chief, Chairman, Chairwoman, Chair, Director, Commissioner, Ambassador, Amb, Envoy,
    Speaker, King, Queen, Prince, Princess, Emir, Sultan, Pope, Ayatollah, Imam, Maulana, Mufti, Reverend, Rev,
    Father, General, Gen, Marshal, Admiral, Adm, Colonel, Col, Major, Maj, Captain, Capt, Lieutenant, Lt, Brigadier,
    Brig, Commander, Sergeant, Sgt, Officer, Detective, Coach, Nominee, Candidate, Republican, Democrat, Democratic,
    Leader, Spokesman, Spokeswoman, Spokesperson, Advocate, Counsel, Attorney, Analyst, Mogul, Billionaire, Comrade,
    Madam, Field, Adviser, Advisor, Deputy, Former, Ex-President, Chief, Businessman, Tycoon, Host, Sahib, Begum,
    Doctor"""
)
# Right after a surname these make another thing of it: "Trump Tower", "Clinton Foundation".
NAMESAKE_NOUNS = _words(
    """Tower, Towers, Organization, Organisation, University, Foundation, Hotel, Hotels, Institute, Hospital, Airport,
    Park, Street, Road, Avenue, Clinic, Academy, Library, Center, Centre, Prize, Award, Stadium, School, College,
    Bank, International, Jr, Sr, II, III, Plaza, Casino, Group, Holdings, Media, Bridge, Market, Field, Company,
    Enterprises"""
)
# A person's name before these still speaks of the person's conduct.
ORGANISATION_WORDS = _words(
    """Fund, Council, Ministry, Party, Department, Bank, University, States, Kingdom, Republic, Corporation, Agency,
    Office, Organization, Organisation, Committee, Commission, Court, Army, Navy, Force, Forces, Company, Institute,
    Foundation, Group, Association, Union, Parliament, Congress, Senate, House, Movement, Front, League, Board,
    Authority, Bureau, Center, Centre, Command, Post, Times, News, Journal, Press, Nations, Initiative, Corridor,
    Islands, Financial, Administration, Emirates, Arabia, Federation, Court, Service, Services, Intelligence, World,
    International, National"""
)

# Surnames that are also words, months, places or first names: they need a full mention in the article.
COMMON_WORDS = _words(
    """Able, Angle, Art, Ash, Banks, Baker, Ball, Bean, Bell, Best, Bird, Bishop, Black, Blair, Blue, Bond, Book,
    Brown, Burns, Bush, Butler, Carter, Case, Chance, Chase, Church, Coats, Cook, Cotton, Court, Cross, Cruz, Dar,
    Dale, Day, Dean, Drew, East, English, Field, Fields, Fish, Flake, Fox, Frank, Franklin, French, Frost, Gates,
    George, Gold, Good, Gore, Grace, Grant, Gray, Green, Grey, Hall, Hand, Hill, Hope, House, Hunt, Hunter, Ireland,
    Israel, Jackson, James, Johnson, Jordan, Joy, Judge, Justice, Keys, King, Knight, Lake, Land, Law, Lee, Little,
    Long, Lord, Love, Major, March, Mark, Martin, Mason, May, Mercy, Miller, Moon, Moore, Noble, Page, Paris, Park,
    Parks, Paul, Pence, Perry, Poor, Pope, Power, Powers, Price, Prince, Rain, Read, Reed, Rice, Rich, Rivers, Rose,
    Ross, Rush, Rock, Sage, Salt, Sand, Sessions, Sharp, Short, Singh, Smith, Snow, Speaker, Spring, Stern, Stone,
    Strange, Street, Strong, Summers, Swift, Taylor, Thomas, Turner, Walker, Wall, War, Washington, Waters, West,
    White, Wild, Will, Wilson, Winter, Wise, Wolf, Wood, Woods, Woodward, Young, Khan"""
)
