#!/usr/bin/env perl
# Reads text events: tells what the neighbor announces and withdraws, and answers each announced prefix with a
# host route of its first address, so that one sees it work.
use strict;
use warnings;

$| = 1;
while (my $line = <STDIN>) {
    chomp $line;
    if ($line =~ /^neighbor (\S+) receive update announced (\d[\d.]+)\/(\d+) next-hop (\S+)/) {
        print STDERR "$1 announced $2/$3 by $4\n";
        print "announce route $2/32 next-hop self community [ 65001:1 ]\n";
    } elsif ($line =~ /^neighbor (\S+) receive update withdrawn (\d[\d.]+)\/(\d+)/) {
        print STDERR "$1 withdrew $2/$3\n";
        print "withdraw route $2/32 next-hop self\n";
    } elsif ($line =~ /^neighbor (\S+) (up|down)/) {
        print STDERR "$1 is $2\n";
    } elsif ($line eq 'error') {
        print STDERR "a command was refused\n";
    }
}
