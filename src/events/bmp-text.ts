import { familyText } from '../bgp/family.ts';
import type { BmpStatistic, InformationTlv } from '../bmp/messages.ts';
import { toHexUpper } from '../wire/hex.ts';
import type { BmpEvent } from './event.ts';

/** One line for what only a BMP router can tell: `bmp ROUTER statistics PEER rejected-prefixes 5`. */
export function bmpEventToText(event: BmpEvent): string {
  return `bmp ${event.router} ${words(event).join(' ')}`;
}

function words(event: BmpEvent): readonly string[] {
  const { message } = event;
  switch (message) {
    case 'connected':
      return [message];
    case 'disconnected':
      return [message, '-', event.reason];
    case 'initiation':
      return [message, ...event.initiation.tlvs.map(tlvText)];
    case 'termination': {
      const { reason, tlvs } = event.termination;
      return [message, ...tlvs.map(tlvText), ...(reason === undefined ? [] : ['-', reason])];
    }
    case 'snapshot':
      return [message, event.phase, 'sequence', String(event.sequence)];
    case 'statistics':
      return [message, event.neighbor.peerAddress, ...event.statistics.map(statisticText)];
    case 'mirroring': {
      const octets = event.octets === undefined ? [] : [toHexUpper(event.octets)];
      return [
        message,
        event.neighbor.peerAddress,
        ...(event.information ? [event.information] : []),
        ...octets,
      ];
    }
    case 'resync':
      return [
        message,
        event.neighbor.peerAddress,
        event.bmp.view ?? '',
        'withdrawn',
        String(event.withdrawn),
      ];
    case 'incomplete': {
      const of = event.family === undefined ? [] : [familyText(event.family, '/')];
      const counts = ['held', String(event.held), 'reported', String(event.reported)];
      return [message, event.neighbor.peerAddress, event.bmp.view ?? '', ...of, ...counts];
    }
    case 'repaired':
      return [message, event.neighbor.peerAddress, toHexUpper(event.octets), '-', event.reason];
    case 'error': {
      const at = `offset ${event.offset} octets ${toHexUpper(event.octets)}`;
      return [message, event.fatal ? 'closed' : 'skipped', at, '-', event.reason];
    }
  }
}

function tlvText(tlv: InformationTlv): string {
  return `${tlv.word} ${tlv.text === undefined ? toHexUpper(tlv.value) : `"${tlv.text}"`}`;
}

function statisticText({ word, value, family, octets }: BmpStatistic): string {
  const of = family === undefined ? '' : ` ${familyText(family, '/')}`;
  return `${word}${of} ${value ?? toHexUpper(octets)}`;
}
