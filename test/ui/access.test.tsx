// @vitest-environment jsdom
import { screen, within } from '@solidjs/testing-library';
import { expect, test, vi } from 'vitest';
import type { SocketStatus } from '../../worker/api.ts';
import { boardOnFake, clickIn, eventually } from './boardOnFake.tsx';

const needs = (asked: 'token' | 'key', code = 4401): SocketStatus => ({
  name: 'needs-auth',
  asked,
  code,
  reason: 'this relay asks',
});

function firstStatus(): HTMLElement {
  const status = screen.getByRole('region', { name: 'Status' });
  return within(status).getAllByRole('listitem')[0] as HTMLElement;
}

async function openSheet(button: string): Promise<HTMLElement> {
  clickIn('region', 'Status', button);
  return screen.findByRole('dialog', { name: 'Access to the relay' });
}

test('AUTH24 a board that needs a token says so, takes one, and forgets it', async () => {
  const { fake } = await boardOnFake({ status: { socket: needs('token') } });
  expect(firstStatus().textContent).toBe('127.0.0.1:3001 asks for a tokenGive a token…Reconnect');
  const sheet = await openSheet('Give a token…');
  const field = within(sheet).getByLabelText<HTMLInputElement>('Token');
  expect([field.type, field.autocomplete]).toEqual(['password', 'off']);
  expect(sheet.textContent).toContain('It said: this relay asks.');
  field.value = 'two words';
  clickIn('dialog', 'Access to the relay', 'Use this token');
  expect(sheet.textContent).toContain('A token is one word');
  field.value = ' t0ken ';
  fake.setStatus({ sync: { name: 'catching-up', done: 0, total: 0 }, hasToken: true });
  clickIn('dialog', 'Access to the relay', 'Use this token');
  await eventually(() => expect(sheet.textContent).toContain('Trying…'));
  expect([fake.calls.filter((call) => call.startsWith('setToken')), field.value]).toEqual([
    ['setToken t0ken'],
    '',
  ]);
  fake.setStatus({ socket: needs('token', 4403) });
  await eventually(() => expect(sheet.textContent).toContain('does not let you have this board'));
  clickIn('dialog', 'Access to the relay', 'Forget the token');
  expect(fake.calls).toContain('setToken null');
  fake.setStatus({ socket: { name: 'open' }, sync: { name: 'live' } });
  await eventually(() => expect(screen.queryByRole('dialog')).toBe(null));
});

test('AUTH24 a board whose key is not listed shows the key to hand on, and tries again', async () => {
  const writeText = vi.fn(async () => {});
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } });
  const { fake } = await boardOnFake({ status: { socket: needs('key') } });
  const sheet = await openSheet('What to do…');
  const key = within(sheet).getByLabelText<HTMLTextAreaElement>('Your public key');
  expect([key.value, key.readOnly]).toEqual(['aa'.repeat(32), true]);
  clickIn('dialog', 'Access to the relay', 'Copy the key');
  await eventually(() => expect(writeText).toHaveBeenCalledWith('aa'.repeat(32)));
  clickIn('dialog', 'Access to the relay', 'Try again');
  expect(fake.calls).toContain('reconnect');
  vi.unstubAllGlobals();
});
