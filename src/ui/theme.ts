import { createContext, useContext } from 'react';
import { createTheme, type Theme } from './tones.ts';

export type { Theme, Tone } from './tones.ts';

const ThemeContext = createContext<Theme>(createTheme({ color: true, ascii: false }));

export const ThemeProvider = ThemeContext.Provider;

/** The look in force. */
export function useTheme(): Theme {
  return useContext(ThemeContext);
}
