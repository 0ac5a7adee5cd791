// Entry point of the bundle: registers every function with the Functions host.
import './removeParticipants';
import './health';
import './openapi';
import './lifecycle';
