import { expose } from 'comlink';
import { AnswersService } from './answers-service';

expose(new AnswersService());
