// For mongosh in docker-compose.cluster.yml: makes the replica set and the user of Wuwei, where they are missing.
/* global connect, sleep, quit */
const { readFileSync } = require('fs');
const secret = (name) => readFileSync(`/secrets/${name}`, 'utf8');
const asRoot = (host, options) => connect(`mongodb://root:${secret('root-password')}@${host}/admin?authSource=admin&${options}`);

const first = asRoot('mongodb-1:27017', 'directConnection=true');
const members = ['mongodb-1', 'mongodb-2', 'mongodb-3'].map((host, _id) => ({ _id, host: `${host}:27017` }));
try {
  first.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  first.adminCommand({ replSetInitiate: { _id: 'rs0', members } });
}
for (let tries = 0; first.hello().primary === undefined; tries++) {
  if (tries === 120) quit(1);
  sleep(500);
}
const wuwei = asRoot(members.map(({ host }) => host).join(), 'replicaSet=rs0').getSiblingDB('wuwei');
if (wuwei.getUser('wuwei') === null)
  wuwei.createUser({ user: 'wuwei', pwd: secret('wuwei-password'), roles: [{ role: 'readWrite', db: 'wuwei' }] });
