// Makes the replica set of MEMBERS, once, and the services' users as the secrets say. Safe to repeat.
const fs = require("fs");
const secrets = "/run/connect";
const members = process.env.MEMBERS.split(",").map((host, _id) => ({ _id, host }));
const password = encodeURIComponent(fs.readFileSync(`${secrets}/administrator-password`, "utf8").trim());

function until(what, condition) {
  const end = Date.now() + 60000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within a minute: ${what}`);
    sleep(500);
  }
}

function admin(hosts, options) {
  return new Mongo(`mongodb://administrator:${password}@${hosts}/admin?${options}`).getDB("admin");
}

const first = admin(members[0].host, "directConnection=true");
try {
  first.adminCommand({ replSetInitiate: { _id: "connect", members } });
  print("the replica set is founded");
} catch (error) {
  if (error.codeName !== "AlreadyInitialized") throw error;
}
until("the set has a primary", () => first.adminCommand({ hello: 1 }).primary);

const set = admin(process.env.MEMBERS, "replicaSet=connect");
for (const { user, database, pwd } of JSON.parse(fs.readFileSync(`${secrets}/users.json`, "utf8"))) {
  const own = set.getSiblingDB(database);
  const roles = ["readWrite", "dbAdmin"].map((role) => ({ role, db: database }));
  if (own.getUser(user)) own.updateUser(user, { pwd, roles });
  else own.createUser({ user, pwd, roles });
}
print("the services' users are as the secrets say");
