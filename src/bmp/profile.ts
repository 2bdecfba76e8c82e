/** A kind of sender, recognised by its Initiation. */
interface ProfileRow {
  readonly name: string;
  /** Of sysDescr, or of sysName where that is what the sender fills in. */
  readonly matches: RegExp;
}

/** The first that matches counts. */
export const PROFILES = [
  { name: 'FRR', matches: /\bFRR(outing)?\b|Free Range Routing/i },
  { name: 'GoBGP', matches: /gobgp/i },
  { name: 'BIRD', matches: /\bBIRD\b|^Not defined$/i },
  { name: 'OpenBGPD', matches: /openbgpd/i },
  { name: 'IOS-XR', matches: /IOS[- ]XR/i },
  { name: 'IOS-XE', matches: /IOS[- ]XE|Cisco IOS Software/i },
  { name: 'NX-OS', matches: /NX-OS/i },
  { name: 'Junos', matches: /junos|juniper/i },
  { name: 'EOS', matches: /arista|\bEOS\b/i },
  { name: 'SR OS', matches: /TiMOS|SR OS|\bNokia\b/i },
  { name: 'VRP', matches: /huawei|\bVRP\b/i },
  { name: 'Peerline', matches: /peerline/i },
] as const satisfies readonly ProfileRow[];

export type ProfileName = (typeof PROFILES)[number]['name'];

/** What kind of sender describes itself so; undefined: none that is known. */
export function profileOf(sysDescr: string, sysName: string): ProfileName | undefined {
  const of = (text: string) => PROFILES.find(({ matches }) => matches.test(text))?.name;
  return of(sysDescr) ?? of(sysName);
}
