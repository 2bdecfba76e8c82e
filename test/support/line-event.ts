/** The members of an event's JSON that tests look at: version 5 of the API. */
export interface LineEvent {
  readonly type: string;
  readonly bmp?: Readonly<Record<string, unknown>> & { readonly message?: string; readonly view?: string };
  readonly neighbor?: {
    readonly address: { readonly local: string; readonly peer: string };
    readonly asn: { readonly local: number; readonly peer: number };
    readonly direction?: 'send' | 'receive';
    readonly state?: string;
    readonly reason?: string;
    readonly open?: { readonly asn: number; readonly capabilities: Record<string, Record<string, unknown>> };
    readonly negotiated?: Readonly<Record<string, unknown>>;
    readonly notification?: { readonly code: number; readonly subcode: number; readonly message?: string };
    readonly 'route-refresh'?: { readonly afi: string; readonly safi: string; readonly subtype: string };
    readonly message?: {
      readonly eor?: { readonly afi: string; readonly safi: string };
      readonly update?: LineUpdate;
    };
  };
}

interface LineNlri {
  readonly nlri: string;
  readonly 'path-information'?: string;
}

interface LineUpdate {
  readonly attribute?: LineAttributes;
  readonly announce?: Readonly<Record<string, Readonly<Record<string, readonly LineNlri[]>>>>;
  readonly withdraw?: Readonly<Record<string, readonly LineNlri[]>>;
}

export interface LineAttributes {
  readonly origin?: string;
  readonly 'as-path'?: unknown;
  readonly med?: number;
  readonly 'local-preference'?: number;
  readonly 'atomic-aggregate'?: boolean;
  readonly aggregator?: string;
  readonly community?: readonly (readonly number[])[];
  readonly 'large-community'?: readonly (readonly number[])[];
  readonly 'extended-community'?: readonly { readonly string: string }[];
}

/** One prefix of an update. */
export interface LineRoute {
  readonly prefix: string;
  readonly nextHop: string;
  readonly pathId: string | undefined;
  readonly attributes: LineAttributes;
}

export function announcedIn(event: LineEvent): LineRoute[] {
  const { announce = {}, attribute = {} } = event.neighbor?.message?.update ?? {};
  return Object.values(announce).flatMap((nextHops) =>
    Object.entries(nextHops).flatMap(([nextHop, routes]) =>
      routes.map((route) => ({
        prefix: route.nlri,
        nextHop,
        pathId: route['path-information'],
        attributes: attribute,
      })),
    ),
  );
}

export function withdrawnIn(event: LineEvent): string[] {
  const { withdraw = {} } = event.neighbor?.message?.update ?? {};
  return Object.values(withdraw).flatMap((routes) => routes.map((route) => route.nlri));
}
