// Configuration files as they stand inside config maps and on disks, with one secret in each.
import type { Draw } from './draw.ts';

/** A configuration file. */
export interface Blob {
  readonly name: string;
  readonly text: string;
}

/** A file in one of the usual languages that holds a secret as it is, with nothing in it escaped. */
export function blobWith(draw: Draw, secret: string): Blob {
  for (;;) {
    const blob = oneBlob(draw, secret);
    if (blob.text.includes(secret)) return blob;
  }
}

function oneBlob(draw: Draw, secret: string): Blob {
  const quoted = JSON.stringify(secret);
  const lower = draw.pick([
    'password',
    'db_password',
    'secret_key',
    'api_key',
    'client_secret',
    'auth_token',
    'passwd',
  ]);
  return draw.pick<() => Blob>([
    () => ({ name: '.env', text: `# local\nDB_HOST=db\n${lower.toUpperCase()}=${secret}\nDEBUG=false\n` }),
    () => ({ name: 'env', text: `DB_HOST=db\nexport SMTP_PASS="${shell(secret)}"\n` }),
    () => ({
      name: 'app.properties',
      text: `db.url=jdbc:h2:mem\nspring.datasource.password=${secret}\nserver.port=8080\n`,
    }),
    () => ({ name: 'app.properties', text: `db.user=app\nkeystore.${lower} = ${secret}\nx=y\n` }),
    () => ({ name: 'my.ini', text: `[client]\nuser=root\n${lower}=${secret}\n` }),
    () => ({ name: 'grafana.ini', text: `[security]\nadmin_user = a\nadmin_password = ${secret}\n` }),
    () => ({ name: 'app.yaml', text: `db:\n  host: db\n  ${lower}: ${quoted}\n  port: 5432\n` }),
    () => ({
      name: 'app.yml',
      text: `spring:\n  rabbitmq:\n    username: u\n    password: ${yamlPlain(secret)}\n`,
    }),
    () => ({
      name: 'app.json',
      text: JSON.stringify({ db: { user: 'a', [lower]: secret } }, undefined, draw.pick([0, 2])),
    }),
    () => ({
      name: 'appsettings.json',
      text: JSON.stringify({
        ConnectionStrings: { Main: `Server=db;User Id=sa;Password=${secret.replace(/[;=]/g, 'x')};` },
      }),
    }),
    () => ({
      name: 'web.xml',
      text: `<config>\n  <username>a</username>\n  <${lower}>${xml(secret)}</${lower}>\n</config>\n`,
    }),
    () => ({ name: 'ds.xml', text: `<bean>\n<property name="${lower}" value="${xml(secret)}"/>\n</bean>\n` }),
    () => ({ name: 'c.toml', text: `[database]\nhost = "db"\n${lower} = ${quoted}\n` }),
    () => ({ name: 'config.php', text: `<?php return ['user' => 'a', '${lower}' => '${php(secret)}'];\n` }),
    () => ({ name: 'settings.py', text: `DEBUG = False\n${lower.toUpperCase()} = '${php(secret)}'\n` }),
    () => ({ name: 'init.sql', text: `CREATE USER 'app'@'%' IDENTIFIED BY '${php(secret)}';\n` }),
  ])();
}

function shell(text: string): string {
  return text.replace(/[$`"\\!]/g, 'x');
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function php(text: string): string {
  return text.replace(/['\\]/g, 'x');
}

function yamlPlain(text: string): string {
  return /^[A-Za-z0-9]/.test(text) && !/[:#]/.test(text) ? text : `'${text}'`;
}
