// A handler for tests: events go to the socket that is its argument, commands come from there.
import { connect } from 'node:net';
import process from 'node:process';

const socket = connect(process.argv[2]);
process.stdin.pipe(socket);
socket.pipe(process.stdout);
socket.on('error', () => process.exit(1));
socket.on('close', () => process.exit(0));
